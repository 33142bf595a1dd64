"""The file in which a firm declares its owners, and what is said of a bad one."""

import pytest

from sunseal_parties.bidder import owners
from sunseal_parties.bidder.errors import WrongInput
from sunseal_parties.bidder.routes import Owner
from tests.screening.sources.declared import OWNER

GOOD = f"""kind,name,person_id,identifier,country
person,李娜,{OWNER},,
company,"Acme, Holdings",,0436-6849,gb
company,控股甲有限公司
"""


def test_owners_are_read_as_a_spreadsheet_writes_them() -> None:
    expected = [
        Owner("person", "李娜", "", "CN", OWNER),
        Owner("company", "Acme, Holdings", "0436-6849", "GB", ""),
        Owner("company", "控股甲有限公司", "", "CN", ""),
    ]
    assert owners.parse(GOOD.encode()) == expected
    assert owners.parse(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == expected
    assert OWNER not in repr(expected)
    assert owners.parse(b"kind,name\n") == []


BAD = {
    "another kind": (f"kind,name\nfirm,{OWNER}\n", "Line 2 .*neither company nor person"),
    "no name": (f"kind,name,person_id\nperson,,{OWNER}\n", "Line 2 .*no name"),
    "a person's number as a company's": (
        f"kind,name,identifier\ncompany,A,1\nperson,B,{OWNER}\n",
        "Line 3 .*column person_id",
    ),
    "a company's number as a person's": (
        f"kind,name,person_id\ncompany,A,{OWNER}\n",
        "Line 2 .*column identifier",
    ),
    "a column too many": (f"kind,name,note\ncompany,A,{OWNER}\n", "The columns of the file"),
    "a cell too many": (f"kind,name\ncompany,A,{OWNER}\n", "The columns of the file"),
    "no header": (f"company,A,{OWNER}\ncompany,B,2\n", "The columns of the file"),
    "an open quote": (f'kind,name\ncompany,"A {OWNER}\n', "no CSV in UTF-8"),
    "another encoding": ("kind,name\ncompany,控股甲\n", "no CSV in UTF-8"),
    "too many": ("kind,name\n" + "company,A\n" * 51, "51 owners, at most 50"),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_without_repeating_a_number(text: str, said: str) -> None:
    data = text.encode("gbk")  # as older spreadsheets write Chinese
    with pytest.raises(WrongInput, match=said) as refused:
        owners.parse(data)
    assert OWNER not in str(refused.value)
