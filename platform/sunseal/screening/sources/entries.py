"""One entry of a list, from the texts of its columns: strict, bounded, each fault in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sunseal.screening import identity, names, person_ids

COLUMNS = (
    "reference",
    "subject",
    "name",
    "identifier",
    "severity",
    "reason",
    "effective_from",
    "effective_to",
)
NEEDED = ("reference", "name", "severity", "reason")
MAX_FIELD, MAX_NAME = 4000, 400
# Of lists that publish no dates: a constant, so that an entry does not change with every issue.
UNDATED = date(1900, 1, 1)


# What stands in a cell whose formula failed, and what the reader of workbooks puts for lost digits.
FAILED = {
    **dict.fromkeys(
        ("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"),
        "is a formula that failed",
    ),
    "#LOST!": "was typed as a number and has lost digits: keep such a column as text",
}


class BadEntry(Exception):
    """Why a row is no entry; the words quote no identifier."""

    def __init__(self, reason: str) -> None:
        super().__init__(person_ids.redact(reason))


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list as its owner published it; an alias is a row of its own.

    `identifier` is a company's. A person's whole number is `person_id`: it becomes digests and is
    never stored or shown; `mask` is what remains of it, or what the owner published masked.
    """

    reference: str
    subject: names.Kind
    name: str
    identifier: str | None
    severity: str
    reason: str
    effective_from: date
    effective_to: date | None
    mask: str | None = None
    person_id: str | None = field(default=None, repr=False)
    country: str | None = None

    @property
    def name_key(self) -> str:
        return names.key(self.subject, self.name)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is no entry. Lines count from 1, which is usually the line of the columns."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole list: what could be read and what could not."""

    rows: list[Row]
    faults: list[Fault]


def read_all(numbered: Iterator[tuple[int, Mapping[str, str]]]) -> Reading:
    """Every row, good or bad, so that a clerk corrects a list once and not row by row."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for line, values in numbered:
        try:
            rows.append(entry(values))
        except BadEntry as bad:
            faults.append(Fault(line, str(bad)))
    return Reading(rows, faults)


def entry(given: Mapping[str, str]) -> Row:
    """Raises BadEntry."""
    values = {column: given.get(column, "").strip() for column in (*COLUMNS, "country")}
    _check_texts(values)
    subject = _subject(values["subject"])
    starts = _date(values["effective_from"])
    ends = _date(values["effective_to"]) if values["effective_to"] else None
    if ends is not None and ends < starts:
        raise BadEntry("effective_to lies before effective_from")
    return Row(
        reference=values["reference"],
        subject=subject,
        name=values["name"],
        severity=values["severity"],
        reason=person_ids.redact(values["reason"]),
        effective_from=starts,
        effective_to=ends,
        country=country_of(values["country"]),
        **identified(subject, values["identifier"]),
    )


def country_of(text: str) -> str | None:
    """A code of two letters in capitals; what is none is kept as the owner wrote it."""
    return (text.upper() if len(text) == 2 else text) or None


def identified(subject: names.Kind, text: str) -> dict[str, str | None]:
    """The fields of an entry that tell whom it concerns. Raises BadEntry."""
    plain = person_ids.normal(text)
    if subject == "company":
        if person_ids.holds_card(plain):
            raise BadEntry("a company's identifier is a person's id-card number")
        return {"identifier": identity.normal(text) or None}
    if not plain:
        return {"identifier": None}
    if person_ids.is_masked(plain):
        return {"identifier": None, "mask": plain}
    if not person_ids.is_whole(plain):
        raise BadEntry("the person's identifier is not valid: its check digit or form is wrong")
    return {"identifier": None, "mask": person_ids.mask(plain), "person_id": plain}


def _check_texts(values: Mapping[str, str]) -> None:
    for column, value in values.items():
        if value in FAILED:
            raise BadEntry(f"{column} {FAILED[value]}")
    for column in NEEDED:
        if not values[column]:
            raise BadEntry(f"{column} is empty")
    for column, value in values.items():
        if len(value) > MAX_FIELD:
            raise BadEntry(f"{column} has more than {MAX_FIELD} characters")
        if "\x00" in value:
            raise BadEntry(f"{column} has a zero character")
    if len(values["name"]) > MAX_NAME:
        raise BadEntry(f"name has more than {MAX_NAME} characters")
    for column in ("reference", "name", "severity", "country"):
        if person_ids.holds_card(values[column]):
            raise BadEntry(f"{column} holds a person's id-card number")


def _subject(text: str) -> names.Kind:
    match text:
        case "company":
            return "company"
        case "person":
            return "person"
        case _:
            raise BadEntry(f"subject {text[:20]!r} is neither company nor person")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadEntry(f"{text[:20]!r} is not a date (YYYY-MM-DD)") from None
