"""OFAC's SDN list and its aliases, in the CSV form that the US Treasury publishes.

Neither file has a line of columns; `-0-` says that there is no value, and a control character may
end a file. Every alias is a row of its own, or most of them would never be found.
"""

import csv
import io
from collections.abc import Iterator, Mapping

from sunseal.screening import names
from sunseal.screening.sources.entries import UNDATED, Fault, Reading, Row
from sunseal.screening.sources.files import text_of

NULL = "-0-"
SDN_FIELDS, ALT_FIELDS = 12, 5
KINDS: Mapping[str, names.Kind] = {"individual": "person", "": "company", "entity": "company"}
# Ships and aircraft do not bid.
NOT_SCREENED = {"vessel", "aircraft"}
SEVERITY = "sanctioned"


def read(sdn: bytes, alt: bytes = b"") -> Reading:
    """Primary names, then aliases under the reference of their entry.

    Lines of the second file are counted on from the first, so that each fault has one place.
    """
    faults: list[Fault] = []
    primary = dict(_primary(sdn, faults))
    after = sdn.count(b"\n")
    aliases = list(_aliases(alt, primary, after, faults))
    return Reading([row for row in primary.values() if row is not None] + aliases, faults)


def _primary(data: bytes, faults: list[Fault]) -> Iterator[tuple[str, Row | None]]:
    for line, fields in _lines(data, SDN_FIELDS, 0, faults):
        number, name, kind, programme = fields[:4]
        if kind.lower() in NOT_SCREENED:
            yield number, None
        elif kind.lower() not in KINDS:
            faults.append(Fault(line, f"type {kind[:20]!r} is not known"))
        elif not number.isdigit() or not name:
            faults.append(Fault(line, "no number or no name"))
        else:
            yield number, _row(number, KINDS[kind.lower()], name, programme or "SDN")


def _aliases(
    data: bytes, primary: Mapping[str, Row | None], after: int, faults: list[Fault]
) -> Iterator[Row]:
    for line, (number, _, _, name, _) in _lines(data, ALT_FIELDS, after, faults):
        if number not in primary:
            faults.append(Fault(line, f"an alias of entry {number[:20]!r}, which is not listed"))
        elif not name:
            faults.append(Fault(line, "no name"))
        elif (entry := primary[number]) is not None:
            yield _row(number, entry.subject, name, entry.reason)


def _row(number: str, subject: names.Kind, name: str, reason: str) -> Row:
    return Row(f"SDN-{number}", subject, name, None, SEVERITY, reason, UNDATED, None)


def _lines(
    data: bytes, width: int, after: int, faults: list[Fault]
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text_of(data).rstrip("\x1a\r\n "), newline=""))
    for line, fields in enumerate(reader, after + 1):
        if len(fields) == width:
            yield line, ["" if value.strip() == NULL else value.strip() for value in fields]
        elif fields:
            faults.append(Fault(line, f"{len(fields)} fields, {width} are needed"))
