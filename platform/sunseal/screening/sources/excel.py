"""The lists that a district keeps in Excel: their columns by the names people give them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sunseal.screening.sources.entries import COLUMNS

# A list without grades bars nobody by itself, and lets nobody pass unseen: it is reviewed.
UNGRADED = "一般"
# A title and a few notes stand above the columns.
HEADER_WITHIN = 20
TITLES: Mapping[str, tuple[str, ...]] = {
    "reference": ("处罚决定书文号", "决定书文号", "决定文号", "案号", "文号"),
    "number": ("编号", "序号"),
    "company": ("企业名称", "单位名称", "公司名称", "投标人名称", "法人名称", "失信主体名称"),
    "person": ("姓名", "人员姓名", "从业人员姓名", "当事人姓名", "项目负责人"),
    "name": ("名称", "当事人", "主体名称", "失信主体", "被处罚人", "行贿人"),
    "company_id": ("统一社会信用代码", "社会信用代码", "信用代码", "组织机构代码", "注册号"),
    "person_id": ("身份证号", "身份证号码", "公民身份号码", "证件号码", "证件号"),
    "identifier": ("代码", "证照号码", "识别号"),
    "subject": ("主体类型", "类型", "主体类别", "类别"),
    "severity": ("严重程度", "失信等级", "信用等级", "等级", "级别", "惩戒等级"),
    "reason": ("处罚事由", "违法事实", "失信行为", "行贿事实", "事由", "原因", "案由", "列入原因"),
    "effective_from": ("生效日期", "开始日期", "列入日期", "起始日期", "处罚日期", "判决日期"),
    "effective_to": ("截止日期", "结束日期", "失效日期", "有效期至", "移出日期", "终止日期"),
    "country": ("国家", "国别", "注册地"),
}
SUBJECTS: Mapping[str, str] = {
    **dict.fromkeys(
        ("企业", "单位", "法人", "公司", "机构", "法人及其他组织", "company"), "company"
    ),
    **dict.fromkeys(("个人", "自然人", "人员", "从业人员", "person"), "person"),
}
_BY_TITLE = {title: column for column, titles in TITLES.items() for title in titles} | {
    column: column for column in (*COLUMNS, "country")
}
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_FOR_EVER = {"长期", "永久", "无", "-", "—"}
Cells = Sequence[Sequence[object]]


Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
# What a workbook keeps of a formula that failed, and what we make of a number that it has rounded.
LOST = "#LOST!"
# A number of a workbook has 15 digits; an id-card number that was typed as one ends in zeros.
MOST_EXACT = 10**15
# Days since this one are what a date is in a cell that nobody formatted.
FIRST_DAY = date(1899, 12, 30)
_SERIAL = re.compile(r"[2-7][0-9]{4}")
_AS_TEXT = re.compile(r'="([^"]*)"')


class NoColumns(Exception):
    """`line` is that of the columns, or the first."""

    def __init__(self, reason: str, line: int = 1) -> None:
        self.line = line
        super().__init__(reason)


def filled(cells: Cells, merged: Merged) -> list[list[object]]:
    """Every cell of a merged range with the range's value: one decision often names many."""
    made = [list(row) for row in cells]
    for (top, left), (bottom, right) in merged:
        for row in made[top : bottom + 1]:
            row[left : right + 1] = [made[top][left]] * len(row[left : right + 1])
    return made


def entries(cells: Cells) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line and values of each row that is not empty, under our own columns. Raises NoColumns."""
    header, columns = _columns(cells)
    return (
        (line, _values(columns, row))
        for line, row in enumerate(cells, 1)
        if line > header and any(_text(cell) for cell in row) and not _repeats(columns, row)
    )


def _columns(cells: Cells) -> tuple[int, dict[int, str]]:
    for line, row in enumerate(cells[:HEADER_WITHIN], 1):
        found = {at: _BY_TITLE[title] for at, cell in enumerate(row) if (title := _title(cell))}
        if {"name", "company", "person"} & set(found.values()) and len(found) > 2:
            _check_once(line, [title for cell in row if (title := _title(cell))])
            return line, found
    wanted = "a name, a decision's number, a reason and a date at least"
    raise NoColumns(f"no row of the first {HEADER_WITHIN} names the columns: {wanted}")


def _repeats(columns: Mapping[int, str], row: Sequence[object]) -> bool:
    """Columns named again: under a title of two rows, or on each printed page."""
    named = [row[at] for at in columns if at < len(row) and _text(row[at])]
    return bool(named) and all(map(_title, named))


def _check_once(line: int, titles: Sequence[str]) -> None:
    for title, count in Counter(titles).items():
        if count > 1:
            raise NoColumns(f"{count} columns are called {title}, and only one can count", line)


def _title(cell: object) -> str | None:
    plain = re.sub(r"[\s*:：]|[（(].*?[）)]", "", unicodedata.normalize("NFKC", str(cell)))
    return plain if plain in _BY_TITLE else None


def _values(columns: Mapping[int, str], row: Sequence[object]) -> dict[str, str]:
    given: dict[str, str] = {}
    for at, column in columns.items():
        text = _text(row[at]) if at < len(row) else ""
        # Of two columns for the same thing the first with a value counts.
        given[column] = given.get(column) or text
    name = given.get("name") or given.get("company") or given.get("person") or ""
    identifier = given.get("identifier") or given.get("company_id") or given.get("person_id") or ""
    return {
        "reference": given.get("reference") or given.get("number") or "",
        "subject": _subject(given),
        "name": name,
        "identifier": identifier,
        "severity": given.get("severity") or UNGRADED,
        "reason": given.get("reason", ""),
        "effective_from": _day(given.get("effective_from", "")),
        "effective_to": _end(given.get("effective_to", "")),
        "country": given.get("country", ""),
    }


def _subject(given: Mapping[str, str]) -> str:
    if stated := given.get("subject"):
        return SUBJECTS.get(stated, stated)
    if given.get("company") or given.get("company_id"):
        return "company"
    return "person" if given.get("person") or given.get("person_id") else ""


def _end(text: str) -> str:
    return "" if text in _FOR_EVER else _day(text)


def _day(text: str) -> str:
    """2024年3月5日, 2024/3/5, 2024.3.5 and 45356 as 2024-03-05; else as it is, to be refused."""
    if _SERIAL.fullmatch(text):
        return (FIRST_DAY + timedelta(days=int(text))).isoformat()
    found = _DATE.fullmatch(text)
    return "{}-{:0>2}-{:0>2}".format(*found.groups()) if found else text


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= MOST_EXACT:
        return LOST
    # A workbook keeps every number as a fraction; a reference of 7 must not become 7.0.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = unicodedata.normalize("NFKC", str(cell)).strip() if cell is not None else ""
    shown = _AS_TEXT.fullmatch(text)
    return shown[1] if shown else text
