"""FollowTheMoney entities, one JSON object a line, as OpenSanctions publishes them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sunseal.screening import names, person_ids
from sunseal.screening.sources.entries import (
    UNDATED,
    BadEntry,
    Fault,
    Reading,
    Row,
    country_of,
    identified,
)

KINDS: Mapping[str, names.Kind] = {
    "Person": "person",
    "Company": "company",
    "Organization": "company",
    "LegalEntity": "company",
    "PublicBody": "company",
}
NAMES = ("name", "alias", "previousName")
# The first that has a value: a Chinese credit code says most, a register's number less.
COMPANY_NUMBERS = ("uscCode", "registrationNumber", "taxNumber", "idNumber")
PERSON_NUMBERS = ("idNumber", "passportNumber")
SEVERITY = "sanctioned"
MAX_REASON = 500
# Where it is registered says whose number it bears; where it works does not.
COUNTRIES = ("jurisdiction", "country", "nationality")


def read(text: str) -> Reading:
    """Every name of every person and organization; other schemata are relations and things."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for line, source in enumerate(text.split("\n"), 1):
        if not source.strip():
            continue
        try:
            rows += _rows(_entity(source))
        except BadEntry as bad:
            faults.append(Fault(line, str(bad)))
    return Reading(rows, faults)


def _entity(source: str) -> dict[str, Any]:
    try:
        value = json.loads(source)
    except (ValueError, RecursionError):
        raise BadEntry("not JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("properties"), dict):
        raise BadEntry("not an entity: it has no properties")
    for key in ("id", "schema"):
        if not isinstance(value.get(key), str) or not value[key]:
            raise BadEntry(f"not an entity: it has no {key}")
    return value


def _rows(entity: Mapping[str, Any]) -> Iterator[Row]:
    subject = KINDS.get(entity["schema"])
    if subject is None:
        return
    properties = entity["properties"]
    named = list(dict.fromkeys(name for key in NAMES for name in _texts(properties, key)))
    if not named:
        raise BadEntry("an entity without a name")
    number = _first(properties, PERSON_NUMBERS if subject == "person" else COMPANY_NUMBERS)
    topics = ", ".join(_texts(properties, "topics")) or "listed"
    who = _identified(subject, number)
    for name in named:
        if person_ids.holds_card(name) or person_ids.holds_card(entity["id"]):
            raise BadEntry("a name or id holds a person's id-card number")
        yield Row(
            reference=entity["id"],
            subject=subject,
            name=name,
            severity=SEVERITY,
            reason=person_ids.redact(topics)[:MAX_REASON],
            effective_from=UNDATED,
            # A dissolved company may have a successor: only the list's owner ends an entry.
            effective_to=None,
            country=country_of(_first(properties, COUNTRIES)),
            **who,
        )


def _identified(subject: names.Kind, number: str) -> dict[str, str | None]:
    """A number of no known form is left out: others' lists have many, and the name remains."""
    try:
        return identified(subject, number)
    except BadEntry:
        return {"identifier": None}


def _texts(properties: Mapping[str, Any], key: str) -> list[str]:
    values = properties.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadEntry(f"{key} is no list of texts")
    return [value.strip() for value in values if value.strip()]


def _first(properties: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next((text for key in keys for text in _texts(properties, key)), "")
