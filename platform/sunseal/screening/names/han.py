"""Scores of Chinese names beside Chinese names, by rules for their parts.

One character is a whole syllable and often a whole word: 王伟 and 王玮 are two people, and no
distance between strings says so.
"""

from dataclasses import replace

from sunseal.screening.names import chinese, pinyin, places
from sunseal.screening.names.chinese import SOFT, Company
from sunseal.screening.names.normalise import plain
from sunseal.screening.names.result import Score

# A slip is told from another company only in a name that is long enough.
SHORTEST_WITH_SLIP = 5
# Characters that are mistaken for each other in writing.
_LOOK_ALIKE_TEXT = """
    己已巳 未末 土士 日曰 木术 人入 大太 天夭 干千 侯候 戍戌戊 拔拨 崇祟 治冶 兰蓝 泰秦 博搏 沪泸
    材村 杨扬 折拆 折析 田由甲申 今令 免兔 晴睛清 炼练 墙樯 荼茶 贷货 响晌 史吏 住往 埔浦 历厉
"""
LOOK_ALIKE = [frozenset(each) for each in _LOOK_ALIKE_TEXT.split()]
# A character that makes another company's name of a name: 新希望 and 希望.
TELLING = frozenset("新老大小东西南北中上下前后左右华国省市县")


def persons(one: str, other: str) -> Score:
    a, b = plain(one), plain(other)
    if a == b:
        return Score(1.0, "same name", "the same name, and many people may have it")
    return Score(0.0, "other characters", "different characters, so different people")


def companies(one: str, other: str) -> Score:
    a, b = _aligned(chinese.parse(one), chinese.parse(other))
    different = _different(a, b)
    if different is not None:
        return different
    alike = _same_core(a, b) if a.core == b.core else _other_core(a, b)
    if a.branch != b.branch and alike.value:
        return Score(alike.value * 0.9, "branch", f"a company and its branch: {alike.sentence}")
    return alike


def _aligned(a: Company, b: Company) -> tuple[Company, Company]:
    """A district without its rank looks like the core's beginning: 鄞州区宏远 and 鄞州宏远."""
    return _without(a, b.places), _without(b, a.places)


def _without(company: Company, known: tuple[str, ...]) -> Company:
    for place in known:
        rest = company.core.removeprefix(place)
        if place not in company.places and rest != company.core and len(rest) > 1:
            where = (*company.places, place)
            brand = company.brand.removeprefix(place)
            return replace(company, places=where, core=rest, brand=brand)
    return company


def _different(a: Company, b: Company) -> Score | None:
    """The hard rules, which no likeness outweighs."""
    if a.numerals != b.numerals:
        return Score(0.0, "numerals", "different numerals, so different companies")
    if a.branch and b.branch and a.branch != b.branch:
        return Score(0.0, "branch", "different branches")
    if not places.agree(a.places, b.places):
        one, other = "".join(a.places), "".join(b.places)
        return Score(0.4, "place", f"different places: {one} and {other}")
    return None


def _same_core(a: Company, b: Company) -> Score:
    # 恩施路桥 may be 湖北恩施路桥, whose narrower place is the same; it is no 湖北路桥.
    if not a.brand and a.places[-1:] != b.places[-1:]:
        return Score(0.6, "no brand", "only the trade agrees, and the place is the name's own")
    if a.places != b.places:
        return Score(0.92, "core", "the same name but for the place")
    if a.form != b.form:
        return Score(0.97, "core", "the same name but for the legal form")
    return Score(1.0, "same name", "the same name")


def _other_core(a: Company, b: Company) -> Score:
    if _rest(a) == _rest(b):
        return Score(0.85, "soft word", "the same name but for 集团 or 控股")
    slip = _slip(a, b)
    if slip is not None:
        return slip
    if a.brand and a.brand == b.brand:
        return Score(0.55, "trade", "the same brand in another trade")
    return Score(0.3, "another name", "another name")


def _rest(company: Company) -> str:
    rest = company.core
    for word in SOFT:
        rest = rest.replace(word, "") if rest != word else rest
    return rest


def _slip(a: Company, b: Company) -> Score | None:
    one, other = sorted((a.core, b.core), key=len)
    if len(other) < SHORTEST_WITH_SLIP or len(other) - len(one) > 1:
        return None
    if len(one) == len(other):
        return _replaced(one, other)
    return _left_out(a.brand == b.brand, one, other)


def _replaced(one: str, other: str) -> Score | None:
    places_ = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(places_) == 2 and places_[1] == places_[0] + 1:
        i, j = places_
        swapped = one[i] == other[j] and one[j] == other[i]
        return Score(0.82, "swapped", "two characters are swapped") if swapped else None
    if len(places_) != 1:
        return None
    a, b = one[places_[0]], other[places_[0]]
    if pinyin.sound_alike(a, b):
        return Score(0.8, "sound", f"{a} and {b} sound alike in otherwise the same name")
    if any(a in group and b in group for group in LOOK_ALIKE):
        return Score(0.8, "look", f"{a} and {b} look alike in otherwise the same name")
    return None


def _left_out(same_brand: bool, one: str, other: str) -> Score | None:
    """A character more: a slip where it doubles its neighbour or breaks a trade's word."""
    at = next((i for i, a in enumerate(one) if a != other[i]), len(one))
    if one[at:] != other[at + 1 :]:
        return None
    more = other[at]
    doubled = more in (other[at - 1 : at] + other[at + 1 : at + 2])
    if doubled or (more not in TELLING and not same_brand and _trades(other) > _trades(one)):
        return Score(0.78, "left out", f"{more} is missing in otherwise the same name")
    return None


def _trades(core: str) -> int:
    return sum(word in core for word in chinese.TRADES)
