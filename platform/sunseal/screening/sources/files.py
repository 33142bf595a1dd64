"""Lists as files: CSV, workbooks, JSON lines. A file is read whole, and each bad row named."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath

from python_calamine import CalamineError, CalamineWorkbook

from sunseal.screening.names.normalise import HAN
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
    """UTF-8, or GB 18030, in which older offices save."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    # Damaged UTF-8 is often some GB 18030, too: of other names, which nobody has.
    readable = data.decode(errors="replace")
    if len(HAN.findall(readable)) > readable.count("\ufffd"):
        raise Unreadable(line, "not UTF-8, though most of the file is: it is damaged here")
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise Unreadable(line, "neither UTF-8 nor GB 18030") from None


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
            sheet = workbook.get_sheet_by_index(0)
            cells = sheet.to_python(skip_empty_area=False)
            merged = sheet.merged_cell_ranges or []
    except (CalamineError, IndexError, ValueError, OSError):
        raise Unreadable(1, "not a workbook, or a damaged one") from None
    try:
        return read_all(excel.entries(excel.filled(cells, merged)))
    except excel.NoColumns as error:
        raise Unreadable(error.line, str(error)) from None


def _check_unpacked(data: bytes) -> None:
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            counts_from_1904 = unpacked <= MAX_UNPACKED and _from_1904(archive)
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Unreadable(1, "not a workbook, or a damaged one") from None
    if unpacked > MAX_UNPACKED:
        raise Unreadable(1, "the workbook unpacks to more than a list can hold")
    if counts_from_1904:
        raise Unreadable(1, "the workbook counts its days from 1904: save it with the usual dates")


def _from_1904(archive: zipfile.ZipFile) -> bool:
    try:
        about = archive.read("xl/workbook.xml")
    except KeyError:
        return False
    return re.search(rb"date1904\s*=\s*[\"'](?:1|true)", about) is not None


def read_ftm(data: bytes) -> Reading:
    return ftm.read(text_of(data))


FORMS: Mapping[str, Callable[[bytes], Reading]] = {
    "csv": read_csv,
    "xlsx": read_xlsx,
    "jsonl": read_jsonl,
    "ftm": read_ftm,
}
