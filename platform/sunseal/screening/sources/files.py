"""Lists as files: CSV, workbooks, JSON lines. A file is read whole, and each bad row named."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath

from python_calamine import CalamineError, CalamineWorkbook

from sunseal.screening.sources import excel, ftm
from sunseal.screening.sources.entries import COLUMNS, Fault, Reading, read_all

# What a workbook may unpack to: a small file can hold gigabytes of one repeated cell.
MAX_UNPACKED = 256 << 20
_KNOWN = {*COLUMNS, "country"}


class Unreadable(Exception):
    """A file that is not what it is said to be; `line` is where reading ended."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(reason)


def read(data: bytes, form: str) -> Reading:
    """A list in one of FORMS. A file that ends in the middle has a fault like any bad row."""
    try:
        return FORMS[form](data)
    except Unreadable as error:
        return Reading([], [Fault(error.line, error.reason)])


def form_of(name: str) -> str:
    """Which of FORMS a file's name says; CSV when it says nothing."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return {"xlsx": "xlsx", "xls": "xlsx", "jsonl": "jsonl", "ndjson": "jsonl"}.get(ending, "csv")


def read_csv(data: bytes) -> Reading:
    # Lines are counted by the reader: a quoted field may hold a line break.
    lines = csv.reader(io.StringIO(text_of(data), newline=""), strict=True)
    faults: list[Fault] = []
    reading = read_all(_with_columns(lines, faults))
    return Reading(reading.rows, sorted([*reading.faults, *faults], key=lambda each: each.line))


def text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(1, "not UTF-8") from None


def _with_columns(
    lines: Iterator[list[str]], faults: list[Fault]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows by column. What is wrong with the file's form goes into `faults`."""
    number = 0
    try:
        for number, fields in enumerate(lines, 1):
            if number == 1:
                if tuple(fields) != COLUMNS:
                    raise Unreadable(1, f"the columns are {','.join(COLUMNS)}")
            elif len(fields) == len(COLUMNS):
                yield number, dict(zip(COLUMNS, fields, strict=True))
            elif fields:
                faults.append(Fault(number, f"{len(fields)} columns, {len(COLUMNS)} are needed"))
    except csv.Error as error:
        faults.append(Fault(number + 1, str(error)))
    if not number:
        raise Unreadable(1, "the list is empty")


def read_jsonl(data: bytes) -> Reading:
    """An object a line, with the columns of the CSV form as members."""
    faults: list[Fault] = []
    reading = read_all(_objects(data, faults))
    return Reading(reading.rows, sorted([*reading.faults, *faults], key=lambda each: each.line))


def _objects(data: bytes, faults: list[Fault]) -> Iterator[tuple[int, Mapping[str, str]]]:
    for number, line in enumerate(text_of(data).split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, _members(json.loads(line))
        except (ValueError, RecursionError) as error:
            faults.append(Fault(number, _told(error)))


def _members(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    unknown = sorted(set(value) - _KNOWN)
    if unknown:
        raise ValueError(f"there is no column {str(unknown[0])[:40]!r}")
    members = {key: text for key, text in value.items() if text is not None}
    for column, text in members.items():
        if not isinstance(text, str):
            raise ValueError(f"{column} is no text")
    return members


def _told(error: Exception) -> str:
    """The parser's own words may quote the line, and with it an identifier."""
    if isinstance(error, (json.JSONDecodeError, RecursionError)):
        return "not JSON"
    return str(error)


def read_xlsx(data: bytes) -> Reading:
    """The first sheet of a workbook, in our columns or in those of a district's own list."""
    _check_unpacked(data)
    try:
        with CalamineWorkbook.from_object(io.BytesIO(data)) as workbook:
            cells = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OSError):
        raise Unreadable(1, "not a workbook, or a damaged one") from None
    try:
        return read_all(excel.entries(cells))
    except excel.NoColumns as error:
        raise Unreadable(1, str(error)) from None


def _check_unpacked(data: bytes) -> None:
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Unreadable(1, "not a workbook, or a damaged one") from None
    if unpacked > MAX_UNPACKED:
        raise Unreadable(1, "the workbook unpacks to more than a list can hold")


def read_ftm(data: bytes) -> Reading:
    return ftm.read(text_of(data))


FORMS: Mapping[str, Callable[[bytes], Reading]] = {
    "csv": read_csv,
    "xlsx": read_xlsx,
    "jsonl": read_jsonl,
    "ftm": read_ftm,
}
