"""Reading a list whole or not at all."""

from sunseal.screening.errors import BadList
from sunseal.screening.sources import files
from sunseal.screening.sources.entries import COLUMNS, Reading, Row

__all__ = ["COLUMNS", "Row", "parse", "whole"]


def parse(data: bytes, form: str = "csv") -> list[Row]:
    """The entries of a list in one of `files.FORMS`. Raises BadList."""
    return whole(files.read(data, form))


def whole(reading: Reading) -> list[Row]:
    """Raises BadList, which names the first bad row."""
    if reading.faults:
        first = reading.faults[0]
        raise BadList(first.line, first.reason, len(reading.faults))
    return reading.rows
