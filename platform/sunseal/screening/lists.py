"""Reading a list from CSV: strict, bounded, and whole or not at all."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sunseal.screening import names
from sunseal.screening.errors import BadList

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
MAX_FIELD = 4000


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list as its owner published it."""

    reference: str
    subject: names.Kind
    name: str
    identifier: str | None
    severity: str
    reason: str
    effective_from: date
    effective_to: date | None

    @property
    def name_key(self) -> str:
        return names.key(self.subject, self.name)


def parse(data: bytes) -> list[Row]:
    """Raises BadList."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadList(1, "not UTF-8") from None
    # Lines are counted by the reader: a quoted field may hold a line break.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    return list(_rows(reader))


def _rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    number = 0
    try:
        for number, fields in enumerate(reader, 1):
            if number == 1:
                _check_columns(fields)
            elif fields:
                yield _row(number, fields)
    except csv.Error as error:
        raise BadList(number + 1, str(error)) from None
    if not number:
        raise BadList(1, "the list is empty")


def _check_columns(fields: list[str]) -> None:
    if tuple(fields) != COLUMNS:
        raise BadList(1, f"the columns are {','.join(COLUMNS)}")


def _row(number: int, fields: list[str]) -> Row:
    if len(fields) != len(COLUMNS):
        raise BadList(number, f"{len(fields)} columns, {len(COLUMNS)} are needed")
    if max(map(len, fields)) > MAX_FIELD:
        raise BadList(number, f"a field has more than {MAX_FIELD} characters")
    values = dict(zip(COLUMNS, (field.strip() for field in fields), strict=True))
    for column in ("reference", "name", "severity", "reason"):
        if not values[column]:
            raise BadList(number, f"{column} is empty")
    starts = _date(number, values["effective_from"])
    ends = _date(number, values["effective_to"]) if values["effective_to"] else None
    if ends is not None and ends < starts:
        raise BadList(number, "effective_to lies before effective_from")
    return Row(
        reference=values["reference"],
        subject=_subject(number, values["subject"]),
        name=values["name"],
        identifier=values["identifier"].upper() or None,
        severity=values["severity"],
        reason=values["reason"],
        effective_from=starts,
        effective_to=ends,
    )


def _subject(number: int, text: str) -> names.Kind:
    match text:
        case "company":
            return "company"
        case "person":
            return "person"
        case _:
            raise BadList(number, f"subject {text[:20]!r} is neither company nor person")


def _date(number: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadList(number, f"{text[:20]!r} is not a date (YYYY-MM-DD)") from None
