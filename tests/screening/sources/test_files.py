"""Lists as files and in others' forms: every bad row is named, and no id-card number repeated."""

import io
import json
import os
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal.screening.sources import files, ofac
from sunseal.screening.sources.entries import COLUMNS, UNDATED, Fault

CARD = "11010119900307803X"
HEAD = ",".join(COLUMNS)
GOOD = "R-1,company,某公司,91440300100000000R,serious,a judgment,2020-01-01,2030-01-01"
LISTS = (
    Path(os.environ.get("SUNSEAL_VECTORS", Path(__file__).parents[4] / "shared/vectors")).parent
    / "screening"
)


def test_a_dry_run_names_every_bad_row_with_its_line() -> None:
    text = "\n".join(
        [
            HEAD,
            GOOD,
            "R-2,ship,某船,,serious,x,2020-01-01,",
            GOOD.replace("R-1", "R-3"),
            "R-4,company,某公司",
            "R-5,company,某公司,,serious,x,then,",
            f"R-6,person,张三,{CARD[:-1]}1,serious,x,2020-01-01,",
        ]
    )
    reading = files.read(text.encode(), "csv")
    assert [row.reference for row in reading.rows] == ["R-1", "R-3"]
    assert [fault.line for fault in reading.faults] == [3, 5, 6, 7]
    assert "neither company nor person" in reading.faults[0].reason


def test_json_lines_are_read_and_their_faults_named() -> None:
    good = dict(zip(COLUMNS, GOOD.split(","), strict=True))
    lines = [json.dumps(good), "{", "[]", json.dumps(good | {"born": "1990"}), "", json.dumps(good)]
    reading = files.read("\n".join(lines).encode(), "jsonl")
    assert len(reading.rows) == 2
    assert reading.faults == [
        Fault(2, "not JSON"),
        Fault(3, "not an object"),
        Fault(4, "there is no column 'born'"),
    ]


SHEET = [
    ["江湾区失信主体名单（2024年）"],
    [],
    [
        "序号",
        "主体类型",
        "企业名称",
        "姓名",
        "统一社会信用代码",
        "身份证号码",
        "处罚决定书文号",
        "失信等级",
        "处罚事由",
        "列入日期",
        "有效期至",
    ],
    [
        "1",
        "企业",
        "某某建设",
        "",
        "91440300100000000R",
        "",
        "江建罚〔2024〕3号",
        "严重",
        "围标",
        "2024年3月5日",
        "2027/3/4",
    ],
    ["2", "个人", "", "张三", "", CARD, "江建罚〔2024〕4号", "一般", "挂证", "2024.3.5", "长期"],
    [
        "3",
        "个人",
        "",
        "李四",
        "",
        "4401**********1234",
        "江建罚〔2024〕5号",
        "一般",
        "挂证",
        "2024-03-05",
        "",
    ],
    ["4", "企业", "无日期公司", "", "", "", "江建罚〔2024〕6号", "一般", "围标", "去年", ""],
]


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"


def workbook(rows: list[list[str]]) -> bytes:
    """One sheet with texts."""
    return book(_sheet(rows))


def book(sheet: str, properties: str = "") -> bytes:
    """The least that is an .xlsx."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{RELATIONS}"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>'
        '<sheet name="名单" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


def _relation(kind: str, target: str) -> str:
    one = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'


def _sheet(rows: list[list[str]]) -> str:
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    lines = ["".join(cell.format(escape(text)) for text in row) for row in rows]
    cells = "".join(f"<row>{line}</row>" for line in lines)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def test_a_districts_own_workbook_is_understood() -> None:
    reading = files.read(workbook(SHEET), "xlsx")
    firm, whole, masked = reading.rows
    assert (firm.subject, firm.name, firm.identifier) == (
        "company",
        "某某建设",
        "91440300100000000R",
    )
    assert (firm.reference, firm.severity) == (
        "江建罚〔2024〕3号",
        "严重",
    )
    assert (firm.effective_from, firm.effective_to) == (date(2024, 3, 5), date(2027, 3, 4))
    assert (whole.person_id, whole.mask, whole.effective_to) == (CARD, "1101**********803X", None)
    assert (masked.person_id, masked.mask) == (None, "4401**********1234")
    [fault] = reading.faults
    assert (fault.line, "not a date" in fault.reason) == (7, True)


BAD_BOOKS = {
    "no workbook": b"reference,subject",
    "cut short": workbook(SHEET)[:-40],
    "no columns": workbook([["a", "b"], ["c", "d"]]),
    "empty": b"",
}


@pytest.mark.parametrize("case", BAD_BOOKS)
def test_a_bad_workbook_has_a_fault_and_no_rows(case: str) -> None:
    reading = files.read(BAD_BOOKS[case], "xlsx")
    assert (reading.rows, len(reading.faults)) == ([], 1)


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "MAX_UNPACKED", 1000)
    [fault] = files.read(workbook(SHEET), "xlsx").faults
    assert "unpacks" in fault.reason


CARDS = {
    "as a reference": f"{CARD},person,张三,,serious,x,2020-01-01,",
    "in a name": f"R-1,person,张三{CARD},,serious,x,2020-01-01,",
    "as a company's": f"R-1,company,某公司,{CARD},serious,x,2020-01-01,",
    "in a date's place": f"R-1,person,张三,,serious,x,{CARD},",
    "in a subject's place": f"R-1,{CARD},张三,,serious,x,2020-01-01,",
    "with a wrong check digit": f"R-1,person,张三,{CARD[:-1]}1,serious,x,2020-01-01,",
}


@pytest.mark.parametrize("case", CARDS)
def test_a_card_in_the_wrong_place_is_refused_and_never_repeated(case: str) -> None:
    reading = files.read(f"{HEAD}\n{CARDS[case]}".encode(), "csv")
    assert (reading.rows, len(reading.faults)) == ([], 1)
    assert CARD[4:-4] not in repr(reading)


def test_a_card_in_a_reason_is_masked_and_none_is_shown() -> None:
    line = f"R-1,person,张三,{CARD},serious,张三（{CARD}）行贿,2020-01-01,"
    reading = files.read(f"{HEAD}\n{line}".encode(), "csv")
    assert "1101**********803X" in reading.rows[0].reason
    assert CARD not in repr(reading)


FTM = {
    "id": "NK-1",
    "schema": "Company",
    "properties": {
        "name": ["Acme Ltd"],
        "alias": ["阿克米有限公司", "Acme Ltd"],
        "uscCode": ["91440300100000000R"],
        "country": ["cn"],
        "topics": ["sanction"],
    },
}


def test_entities_become_one_row_for_each_name() -> None:
    person = {"id": "NK-2", "schema": "Person", "properties": {"name": ["X"], "idNumber": [CARD]}}
    other = {"id": "NK-3", "schema": "Ownership", "properties": {}}
    lines = [FTM, other, person, {"id": "NK-4", "schema": "Person", "properties": {}}, [1]]
    reading = files.read("\n".join(map(json.dumps, lines)).encode(), "ftm")
    assert [(row.reference, row.name) for row in reading.rows] == [
        ("NK-1", "Acme Ltd"),
        ("NK-1", "阿克米有限公司"),
        ("NK-2", "X"),
    ]
    assert (reading.rows[0].identifier, reading.rows[0].country) == ("91440300100000000R", "CN")
    assert (reading.rows[2].person_id, reading.rows[2].effective_from) == (CARD, UNDATED)
    assert [fault.line for fault in reading.faults] == [4, 5]
    assert CARD not in repr(reading)


SDN = '36,"AEROCARIBBEAN",-0- ,"CUBA",' + ",".join(["-0- "] * 8) + "\n"
ALT = '36,12,"aka","AERO-CARIBBEAN",-0- \n'


def test_ofac_aliases_are_rows_of_their_entry() -> None:
    reading = ofac.read(SDN.encode() + b"\x1a", ALT.encode())
    assert [(row.reference, row.name, row.subject) for row in reading.rows] == [
        ("SDN-36", "AEROCARIBBEAN", "company"),
        ("SDN-36", "AERO-CARIBBEAN", "company"),
    ]


BAD_OFAC = {
    "an alias of nobody": (SDN, ALT.replace("36", "37"), 2),
    "too few fields": (SDN + "37,x\n", "", 2),
    "another kind of thing": (SDN.replace('-0- ,"CUBA"', '"planet","CUBA"', 1), "", 1),
}


@pytest.mark.parametrize("case", BAD_OFAC)
def test_a_bad_ofac_line_is_named(case: str) -> None:
    sdn, alt, line = BAD_OFAC[case]
    assert [fault.line for fault in ofac.read(sdn.encode(), alt.encode()).faults] == [line]


@pytest.mark.skipif(not (LISTS / "ofac_sdn.csv").exists(), reason="the published lists are absent")
def test_the_published_ofac_lists_are_read_without_a_fault() -> None:
    data = [(LISTS / name).read_bytes() for name in ("ofac_sdn.csv", "ofac_alt.csv")]
    reading = ofac.read(*data)
    assert reading.faults == []
    assert len(reading.rows) > 14_000


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=200), form=st.sampled_from(sorted(files.FORMS)))
def test_no_bytes_raise(data: bytes, form: str) -> None:
    files.read(data, form)
    ofac.read(SDN.encode(), b"") if form == "csv" else None
