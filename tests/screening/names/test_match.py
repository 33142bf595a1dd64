"""The pipeline over an index: identifiers first, candidates that a brute force would find too."""

import pytest
from rapidfuzz import fuzz, process

from sunseal.screening.names.index import Index
from sunseal.screening.names.match import InvalidIdentifier, Party, check, delta, ranked
from sunseal.screening.names.normalise import Kind

OWN, OTHER = "91440300100000000R", "91440300100000001W"
ENTRIES: list[tuple[Kind, str]] = [
    ("company", "深圳市腾讯计算机系统有限公司"),
    ("company", "中建三局集团有限公司"),
    ("company", "Huawei Technologies Co., Ltd."),
    ("company", "Iskusstvo Krasoty LLC"),
    ("person", "王伟"),
    ("person", "Wang Wei"),
    ("person", "Alexander Lukashenko"),
    ("person", "单田芳"),
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(ENTRIES)


FOUND: dict[str, tuple[Kind, str, list[str]]] = {
    "traditional": ("company", "騰訊計算機系統", [ENTRIES[0][1]]),
    "a slip": ("company", "深圳市腾迅计算机系统有限公司", [ENTRIES[0][1]]),
    "another numeral": ("company", "中建二局集团有限公司", []),
    "Chinese for English": ("company", "华为技术有限公司", ["Huawei Technologies Co., Ltd."]),
    "letters left out": ("company", "Iskustvo Krasoty", ["Iskusstvo Krasoty LLC"]),
    "both scripts": ("person", "王伟", ["王伟", "Wang Wei"]),
    "Western order": ("person", "Wei Wang", ["Wang Wei", "王伟"]),
    "a homophone": ("person", "王玮", ["Wang Wei"]),
    "letters swapped": ("person", "Alexander Luakshenko", ["Alexander Lukashenko"]),
    "a rare reading": ("person", "Tianfang Shan", ["单田芳"]),
    "another kind": ("company", "王伟", []),
    "nobody": ("person", "Maria Lopez", []),
    "nothing": ("person", "--", []),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_subject_is_found(index: Index, case: str) -> None:
    kind, name, expected = FOUND[case]
    assert [match.name for match in check(Party(kind, name), index)] == expected


def test_the_same_question_has_the_same_answer(index: Index) -> None:
    party = Party("person", "王伟")
    assert check(party, index) == check(party, index) == check(party, Index(ENTRIES))


def test_only_an_equal_identifier_is_strong() -> None:
    entries = [Party("company", "某某建设有限公司", each) for each in (OWN, OTHER, None)]
    index = Index((entry.kind, entry.name) for entry in entries)
    found = check(Party("company", "某某建设有限公司", OWN), index, entries)
    # The one with a valid identifier of its own is another company; the one without is not told.
    assert [(match.number, match.strong) for match in found] == [(0, True), (2, False)]


def test_an_invalid_identifier_is_no_clear(index: Index) -> None:
    with pytest.raises(InvalidIdentifier):
        check(Party("company", "某某建设有限公司", OWN[:-1] + "A"), index)


def test_new_entries_find_the_subjects_that_they_concern() -> None:
    subjects = Index([("company", f"恒信{each}建设工程有限公司") for each in "甲乙丙丁"])
    [found, none] = delta(
        subjects, [("company", "恒信丙建设工程股份有限公司"), ("person", "恒信丙")]
    )
    assert [match.number for match in found] == [2]
    assert none == []


def test_what_brute_force_finds_by_one_slip_the_index_finds_too() -> None:
    words = ["volkov", "morales", "hashimi", "petrenko", "nakamura", "sullivan", "okafor"]
    held = [f"{one} {other}" for one in words for other in words if one != other]
    index = Index(("person", name) for name in held)
    for name in held[::5]:
        slipped = name[:3] + name[4:]
        best = process.extractOne(slipped, held, scorer=fuzz.ratio)
        assert best is not None
        # Both orders of two words are one name to the rules, and two strings to brute force.
        assert name == best[0]
        assert name in [match.name for match in ranked("person", slipped, index, 2)]
