"""Scores of two names: what must be looked at, and what no likeness may bring together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal.screening import names
from sunseal.screening.names.normalise import Kind

SAME: dict[str, tuple[Kind, str, str]] = {
    "traditional": ("company", "华为技术有限公司", "華為技術有限公司"),
    "legal form": ("company", "北京华为数字技术有限公司", "北京华为数字技术有限责任公司"),
    "no place": ("company", "深圳市腾讯计算机系统有限公司", "腾讯计算机系统有限公司"),
    "place in brackets": (
        "company",
        "腾讯计算机系统（深圳）有限公司",
        "深圳腾讯计算机系统有限公司",
    ),
    "numeral as digit": ("company", "中铁十二局集团有限公司", "中铁12局集团有限公司"),
    "financial numeral": ("company", "中铁拾贰局集团有限公司", "中铁十二局集团有限公司"),
    "English": ("company", "华为技术有限公司", "Huawei Technologies Co., Ltd."),
    "dotted form": ("company", "Volkswagen Bank G.m.b.H.", "Volkswagen Bank"),
    "initials": ("company", "A.B.C. Company", "ABC"),
    "Cyrillic": ("person", "Аркадий Ротенберг", "Arkadii Rotenberg"),
    "pinyin": ("person", "王伟", "Wang Wei"),
    "Western order": ("person", "王伟", "Wei WANG"),
    "rare reading of a surname": ("person", "单田芳", "Shan Tianfang"),
    "umlaut": ("person", "吕绍刚", "Lyu Shaogang"),
    "other order": ("person", "Frost, William", "William Frost"),
    "initial": ("person", "W. Frost", "William Frost"),
    "transliteration": ("person", "Usama bin Ladin", "Osama bin Laden"),
    "words joined": ("person", "WilliamFrost", "William Frost"),
    "middle name": ("person", "William Henry Frost", "William Frost"),
}
OTHERS: dict[str, tuple[Kind, str, str]] = {
    "numerals": ("company", "中建三局集团有限公司", "中建二局集团有限公司"),
    "two-digit numerals": ("company", "中铁十二局集团有限公司", "中铁十一局集团有限公司"),
    "branch numbers": ("company", "某某有限公司第一分公司", "某某有限公司第二分公司"),
    "branch cities": ("company", "恒信建设有限公司南京分公司", "恒信建设有限公司合肥分公司"),
    "numbers in letters": ("company", "Victory Fund 2", "Victory Fund 3"),
    "Roman numbers": ("company", "Victory Fund III", "Victory Fund IV"),
    "places": ("company", "北京恒信建设有限公司", "上海恒信建设有限公司"),
    "brands": ("company", "北京恒信建设有限公司", "北京鼎盛建设有限公司"),
    "trade alone": ("company", "北京建设集团有限公司", "建设集团有限公司"),
    "homophones": ("person", "王伟", "王玮"),
    "surname": ("person", "张三", "章三"),
    "pinyin of another": ("person", "王伟", "Wang Fang"),
    "one word of two": ("person", "Barack Obama", "Michelle Obama"),
    "another initial": ("person", "A. Nazarbayev", "Nursultan Nazarbayev"),
    "initials alone": ("person", "N. N.", "Nursultan Nazarbayev"),
    "another country": ("company", "Bank of Armenia", "Bank of America"),
    "no letters": ("company", "---", "---"),
}


@pytest.mark.parametrize("case", SAME)
def test_one_name_in_two_spellings_is_looked_at(case: str) -> None:
    score = names.score(*SAME[case])
    assert score.needs_review, score
    assert score.sentence


@pytest.mark.parametrize("case", OTHERS)
def test_two_names_are_not_brought_together(case: str) -> None:
    score = names.score(*OTHERS[case])
    assert not score.needs_review, score
    assert score.sentence


@pytest.mark.parametrize("case", ["numerals", "branch numbers", "homophones", "Roman numbers"])
def test_a_hard_rule_leaves_no_likeness(case: str) -> None:
    assert names.score(*OTHERS[case]).value == 0


def test_pinyin_never_says_as_much_as_characters() -> None:
    pinyin = names.score("person", "王伟", "Wang Wei").value
    assert names.REVIEW <= pinyin < names.score("person", "王伟", "王偉").value


TEXT = st.text(alphabet="王伟中建三二局集团有限公司北京第 ()（）AbcIvx12.-&'ñЖ", max_size=20)
KINDS = st.sampled_from(["company", "person"])


@settings(max_examples=150, deadline=None)
@given(KINDS, TEXT, TEXT)
def test_a_score_is_within_its_bounds_and_has_no_direction(
    kind: Kind, one: str, other: str
) -> None:
    score = names.score(kind, one, other)
    assert 0 <= score.value <= 1
    assert abs(score.value - names.score(kind, other, one).value) < 1e-9


@settings(max_examples=100, deadline=None)
@given(KINDS, TEXT)
def test_a_name_has_a_key_and_is_found_by_itself(kind: Kind, name: str) -> None:
    assert bool(names.key(kind, name)) is bool(name)
    if any(each.isalnum() for each in name):
        assert names.score(kind, name, name).needs_review
