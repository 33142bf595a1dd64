"""Files as offices save them: encodings, formulas, merged cells, numbers that were texts."""

from datetime import date

import pytest

from sunseal.screening.sources import files
from tests.screening.sources.test_files import CARD, GOOD, HEAD, MAIN, book

TITLES = ["企业名称", "统一社会信用代码", "处罚决定书文号", "处罚事由", "列入日期"]
FIRM = ["某某建设有限公司", "91440300100000000R", "江建罚〔2024〕3号", "围标", "2024-03-05"]


def test_gb18030_is_read_as_well_as_utf8_with_a_mark() -> None:
    text = f"{HEAD}\n{GOOD}\n"
    wanted = files.read(text.encode(), "csv")
    assert wanted.faults == []
    for data in (text.encode("gb18030"), text.encode("utf-8-sig"), text.encode("gbk")):
        assert files.read(data, "csv") == wanted


@pytest.mark.parametrize("at", range(3))
def test_damaged_utf8_is_not_taken_for_gb18030(at: int) -> None:
    """Its bytes often are some GB 18030, too, and would be the names of nobody."""
    damaged = "某公司".encode()
    damaged = damaged[: 3 * at] + b"\xc8" + damaged[3 * at + 1 :]
    lines = [HEAD.encode(), GOOD.encode(), GOOD.encode().replace("某公司".encode(), damaged)]
    reading = files.read(b"\n".join(lines), "csv")
    assert reading.rows == []
    [fault] = reading.faults
    assert (fault.line, "damaged" in fault.reason) == (3, True)


CSV = {
    "a column twice": (f"{HEAD},reason\n{GOOD},x", [1]),
    "a column named twice": (f"{HEAD.replace('severity', 'reason')}\n{GOOD}", [1]),
    "a name beyond all bounds": (f"{HEAD}\n{GOOD.replace('某公司', '某' * 401)}", [2]),
    "a formula that failed": (f"{HEAD}\n{GOOD.replace('某公司', '#REF!')}", [2]),
    "a zero character": (f"{HEAD}\n{GOOD.replace('某公司', '某' + chr(0))}", [2]),
    "a line break in quotes, then a bad row": (
        f"{HEAD}\n{GOOD.replace('a judgment', chr(34) + 'a' + chr(10) + 'b' + chr(34))}\nR-2,x",
        [3],
    ),
    "every bad row": (f"{HEAD}\nx\n{GOOD}\n{GOOD.replace('2020', 'year')}\n,,,,,,,", [2, 4, 5]),
}


@pytest.mark.parametrize("case", CSV)
def test_a_dry_run_says_which_lines_of_a_csv(case: str) -> None:
    text, lines = CSV[case]
    assert [fault.line for fault in files.read(text.encode(), "csv").faults] == lines


def _cell(value: str | float, formula: str = "") -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c>{formula}<v>{value}</v></c>"


def _failed(formula: str) -> str:
    return f'<c t="e"><f>{formula}</f><v>#REF!</v></c>'


def _book(*rows: list[str], merged: str = "", properties: str = "") -> bytes:
    cells = "".join(f"<row>{''.join(row)}</row>" for row in rows)
    ranges = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    data = f"<sheetData>{cells}</sheetData>{ranges}"
    return book(f'<worksheet xmlns="{MAIN}">{data}</worksheet>', properties)


def _texts(values: list[str]) -> list[str]:
    return [_cell(value) for value in values]


def test_a_day_that_nobody_formatted_is_a_day() -> None:
    row = [*_texts(FIRM[:4]), _cell(45356)]
    [read] = files.read(_book(_texts(TITLES), row), "xlsx").rows
    assert read.effective_from == date(2024, 3, 5)


def test_a_merged_cell_counts_for_all_its_rows() -> None:
    """Three firms, one decision: its number stands in the first row alone."""
    rows = [_texts([*FIRM[:2], FIRM[2] if n == 0 else "", *FIRM[3:]]) for n in range(3)]
    reading = files.read(_book(_texts(TITLES), *rows, merged="C2:C4"), "xlsx")
    assert [row.reference for row in reading.rows] == [FIRM[2]] * 3
    unmerged = files.read(_book(_texts(TITLES), *rows), "xlsx")
    assert [fault.line for fault in unmerged.faults] == [3, 4]


def test_columns_named_again_are_no_entry() -> None:
    reading = files.read(_book(*[_texts(TITLES), _texts(FIRM)] * 2), "xlsx")
    assert (len(reading.rows), reading.faults) == (2, [])


PEOPLE = ["姓名", "身份证号码", "处罚决定书文号", "处罚事由", "列入日期"]
BOOKS = {
    "a formula that failed": ([TITLES, [_failed("A9"), *_texts(FIRM[1:])]], 2, "empty"),
    "a formula without a value": ([TITLES, ["<c><f>A9</f></c>", *_texts(FIRM[1:])]], 2, "empty"),
    "a card typed as a number": (
        [PEOPLE, [_cell("张三"), _cell(1.1010119900307803e17), *_texts(FIRM[2:])]],
        2,
        "lost digits",
    ),
    "two columns of one title": (
        [[*TITLES, TITLES[0]], _texts([*FIRM, "另一建设有限公司"])],
        1,
        "2 columns are called 企业名称",
    ),
    "a day of no calendar": ([TITLES, [*_texts(FIRM[:4]), _cell(99)]], 2, "not a date"),
}


@pytest.mark.parametrize("case", BOOKS)
def test_a_dry_run_says_which_rows_of_a_workbook(case: str) -> None:
    [titles, row], line, words = BOOKS[case]
    reading = files.read(_book(_texts(titles), row), "xlsx")
    [fault] = reading.faults
    assert (fault.line, reading.rows) == (line, [])
    assert words in fault.reason
    assert CARD[:-3] not in fault.reason


def test_days_counted_from_1904_are_refused() -> None:
    made = _book(_texts(TITLES), _texts(FIRM), properties='<workbookPr date1904="1"/>')
    assert "1904" in files.read(made, "xlsx").faults[0].reason


def test_a_number_kept_as_text_by_a_formula_is_that_text() -> None:
    row = _texts([FIRM[0], f'="{FIRM[1]}"', *FIRM[2:]])
    [read] = files.read(_book(_texts(TITLES), row), "xlsx").rows
    assert read.identifier == FIRM[1]
