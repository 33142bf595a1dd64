"""Whom a firm declares as its owners: a CSV file, so that no person's number is on a command line.

Its columns are kind (company or person), name, identifier, country and person_id; the first two are
needed, and what is left out of the others is empty.
"""

import csv
import io
from collections.abc import Iterator

from sunseal_parties.bidder.errors import WrongInput
from sunseal_parties.bidder.routes import HOME, Owner

NEEDED = ("kind", "name")
COLUMNS = (*NEEDED, "identifier", "country", "person_id")
MOST = 50


def parse(data: bytes) -> list[Owner]:
    """Raises WrongInput, which names the line and what is wrong in it, and repeats no number."""
    try:
        # Spreadsheets put a byte order mark in front of UTF-8.
        text = data.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise WrongInput("The file of owners is no CSV in UTF-8.") from None
    owners = list(_owners(rows))
    if len(owners) > MOST:
        raise WrongInput(f"The file names {len(owners)} owners, at most {MOST} are declared.")
    return owners


def _owners(rows: list[dict[str, str]]) -> Iterator[Owner]:
    for line, row in enumerate(rows, 2):
        strange = [name for name in row if name not in COLUMNS]
        if strange or not row.keys() >= set(NEEDED):
            raise WrongInput(f"The columns of the file of owners are {', '.join(COLUMNS)}.")
        given = {name: (row.get(name) or "").strip() for name in COLUMNS}
        fault = _fault(given)
        if fault:
            raise WrongInput(f"Line {line} of the file of owners: {fault}.")
        yield Owner(**given | {"country": given["country"].upper() or HOME})


def _fault(given: dict[str, str]) -> str:
    if given["kind"] not in ("company", "person"):
        return "its kind is neither company nor person"
    if not given["name"]:
        return "it has no name"
    if given["kind"] == "person" and given["identifier"]:
        return "a person's number belongs in the column person_id"
    if given["kind"] == "company" and given["person_id"]:
        return "a company's number belongs in the column identifier"
    return ""
