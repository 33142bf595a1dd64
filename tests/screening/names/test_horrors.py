"""Names that nobody has: compared without a fault, alike from both sides, and in bounded time."""

import time

import pytest

from sunseal.screening import names
from sunseal.screening.names.index import Index
from sunseal.screening.names.match import Party, check, ranked
from sunseal.screening.names.normalise import Kind

HORRORS = {
    "empty": "",
    "spaces": "   ",
    "one character": "李",
    "one letter": "A",
    "ten thousand characters": "宏远建筑一二三有限公司" * 900,
    "one long word": "a" * 10_000,
    "ten thousand words": "a b " * 5000,
    "many brackets": "(" * 5000,
    "former names": "甲有限公司" + "(原乙有限公司)" * 800,
    "zero width": "\u200b\u200d\ufeff" * 50,
    "right to left": "\u202eقشف\u202c شركة",
    "control characters": "a\x01b\x02\x7f",
    "half a pair": "\ud800",
    "accents": "a" + "\u0301" * 3000,
    "numerals": "一" * 5000,
    "digits": "1" * 5000,
    "tens": "十百千" * 2000,
    "both scripts": "华为Huawei技术Technologies有限公司Ltd",
    "places alone": "北京市上海市广州市" * 500,
    "peoples": "土家族" * 2000 + "自治州",
    "forms alone": "有限公司" * 2000,
    "Thai": "บริษัท ทดสอบ จำกัด",
    "Korean": "삼성전자 주식회사",
}
# Seconds of this process for all that is done with one of them, many times what it takes.
ENOUGH = 4.0


@pytest.mark.parametrize("kind", ["company", "person"])
@pytest.mark.parametrize("case", HORRORS)
def test_a_name_that_nobody_has(kind: Kind, case: str) -> None:
    name, began = HORRORS[case], time.process_time()
    for other in HORRORS.values():
        said = names.score(kind, name, other)
        assert 0 <= said.value <= 1
        assert said.value == pytest.approx(names.score(kind, other, name).value)
    index = Index([(kind, name), (kind, "Acme")])
    found = [match.number for match in check(Party(kind, name), index)]
    assert found in ([0], [])
    assert ranked(kind, name, index) is not None
    assert names.key(kind, name) == names.keys(kind, name)[0]
    assert time.process_time() - began < ENOUGH


def test_nothing_is_alike_to_nothing() -> None:
    assert not names.score("company", "", "").needs_review
    assert not names.score("person", "--", "···").needs_review
