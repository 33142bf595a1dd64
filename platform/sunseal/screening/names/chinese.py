"""The parts of a Chinese company's name: place, core, legal form, branch, numerals.

Two companies of one group often differ in one numeral alone: 中建三局 and 中建二局.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from sunseal.screening.names import places
from sunseal.screening.names.normalise import plain, simplified

# Longest first, so that 股份有限公司 does not leave 股份 behind.
LEGAL_FORMS = (
    "股份有限责任公司",
    "合伙企业有限合伙",
    "合伙企业普通合伙",
    "特殊普通合伙",
    "股份有限公司",
    "有限责任公司",
    "个人独资企业",
    "股份合作公司",
    "股份公司",
    "有限公司",
    "有限合伙",
    "普通合伙",
    "合伙企业",
    "总公司",
    "公司",
)
# What a trade is called, with its English; the pieces of a name that are not its brand.
TRADES = {
    "技术": "technology",
    "科技": "technology",
    "集团": "group",
    "控股": "holdings",
    "建设": "construction",
    "建筑": "construction",
    "工程": "engineering",
    "工程局": "engineering bureau",
    "银行": "bank",
    "保险": "insurance",
    "证券": "securities",
    "投资": "investment",
    "国际": "international",
    "贸易": "trading",
    "进出口": "import export",
    "实业": "industrial",
    "工业": "industry",
    "电子": "electronics",
    "通信": "communications",
    "通讯": "communications",
    "网络": "network",
    "信息": "information",
    "软件": "software",
    "数字": "digital",
    "计算机": "computer",
    "系统": "systems",
    "汽车": "automobile",
    "石油": "petroleum",
    "化工": "chemical",
    "天然气": "natural gas",
    "能源": "energy",
    "新能源": "new energy",
    "电力": "power",
    "电气": "electric",
    "机械": "machinery",
    "设备": "equipment",
    "制造": "manufacturing",
    "重工": "heavy industry",
    "钢铁": "iron steel",
    "铁路": "railway",
    "公路": "highway",
    "桥梁": "bridge",
    "隧道": "tunnel",
    "市政": "municipal",
    "园林": "landscape",
    "环保": "environmental protection",
    "环境": "environment",
    "水利": "water conservancy",
    "水务": "water",
    "房地产": "real estate",
    "置业": "property",
    "地产": "real estate",
    "物业": "property management",
    "管理": "management",
    "咨询": "consulting",
    "设计": "design",
    "设计院": "design institute",
    "研究院": "research institute",
    "监理": "supervision",
    "检测": "testing",
    "服务": "services",
    "装饰": "decoration",
    "安装": "installation",
    "劳务": "labour",
    "材料": "materials",
    "建材": "building materials",
    "物流": "logistics",
    "运输": "transport",
    "航空": "aviation",
    "航天": "aerospace",
    "船舶": "shipbuilding",
    "医药": "pharmaceutical",
    "生物": "biological",
    "食品": "food",
    "农业": "agriculture",
    "文化": "culture",
    "传媒": "media",
    "教育": "education",
    "招标": "tendering",
    "代理": "agency",
    "开发": "development",
    "发展": "development",
    "产业": "industry",
    "商贸": "trading",
    "终端": "device",
    "金融": "financial",
    "租赁": "leasing",
    "建工": "construction engineering",
    "城建": "urban construction",
    "路桥": "road bridge",
    "中国": "china",
}
# Words that a name keeps or loses without becoming another company's.
SOFT = frozenset({"集团", "控股"})

_FORM = re.compile("|".join(LEGAL_FORMS))
_BRANCH = re.compile(
    "(?:分公司|分支机构|办事处|分行|支行|分店|营业部|项目部|分院|分厂|分部|经营部)$"
)
_TRADE = re.compile("|".join(sorted(TRADES, key=len, reverse=True)))
_DIGITS = {
    **{each: value for value, each in enumerate("〇一二三四五六七八九")},
    **{each: value for value, each in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "两": 2,
}
# One character for two digits, as old firms and gazettes write it.
_SHORT = str.maketrans({"廿": "二十", "卄": "二十", "卅": "三十", "卌": "四十"})
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
# Longer ones are no firm's number, and cost the more the longer they are.
LONGEST_NUMERAL = 20
_BUREAU = re.compile(r"(?<=\d)(?:工程|航务工程|航务)局")
_STATE = re.compile(r"^中国建筑(?=\d+局)")
_NUMERAL = re.compile(f"第?([0-9]+|[{''.join(_DIGITS)}{''.join(_TENS)}]+)")


@dataclass(frozen=True, slots=True)
class Company:
    """`core` has neither place nor form; `brand` is the core without its trades."""

    places: tuple[str, ...]
    core: str
    brand: str
    trades: tuple[str, ...]
    form: str
    branch: str
    numerals: tuple[int, ...]


@lru_cache(maxsize=8192)
def parse(name: str) -> Company:
    """Places are read before numerals are: 四川 and 三亚 are no numbers."""
    body, branch = _without_branch(plain(name))
    body, form = _without_form(body)
    where, core = places.split(body)
    inner, core = _place_inside(name, core)
    core, branch = _short(counted(places.unranked(core))), counted(branch)
    return Company(
        places=where + inner,
        core=core,
        brand=_TRADE.sub("", core),
        trades=tuple(_TRADE.findall(core)),
        form=form,
        branch=branch,
        numerals=tuple(int(each) for each in re.findall(r"\d+", core)),
    )


def counted(text: str) -> str:
    """Numerals as digits: 第三工程局, 三工程局 and 3工程局 read the same."""
    return _NUMERAL.sub(lambda found: str(_value(found[1])), text.translate(_SHORT))


def _short(core: str) -> str:
    """中国建筑第八工程局 is 中建八局 in the firm's own papers, as are all the numbered bureaus."""
    return _STATE.sub("中建", _BUREAU.sub("局", core))


def _value(numeral: str) -> int:
    numeral = numeral[:LONGEST_NUMERAL]
    if numeral.isdecimal():
        return int(numeral)
    if not any(each in _TENS for each in numeral):
        return int("".join(str(_DIGITS[each]) for each in numeral))
    total, digit = 0, 0
    for each in numeral:
        if each in _TENS:
            total, digit = total + (digit or 1) * _TENS[each], 0
        else:
            digit = _DIGITS[each]
    return total + digit


def _without_branch(text: str) -> tuple[str, str]:
    """A branch follows the legal form of the company that it belongs to."""
    if not _BRANCH.search(text):
        return text, ""
    forms = [found for found in _FORM.finditer(text) if found.end() < len(text) - 2]
    if forms:
        return text[: forms[-1].end()], _bare(text[forms[-1].end() :])
    return text, ""


def _bare(branch: str) -> str:
    """北京市分公司 and 北京分公司 are one branch."""
    found, rest = places.split(branch)
    return "".join(found) + rest


def _without_form(text: str) -> tuple[str, str]:
    for form in LEGAL_FORMS:
        if text.endswith(form) and len(text) > len(form):
            return text[: -len(form)], form
    return text, ""


def _place_inside(name: str, core: str) -> tuple[tuple[str, ...], str]:
    """华为技术（深圳）有限公司 has its place in brackets."""
    for inner in re.findall(r"[(（]([^()（）]{2,8})[)）]", name):
        text = plain(simplified(inner))
        place = places.is_known(text)
        if place and text in core and core != text:
            return (place,), core.replace(text, "", 1)
    return (), core
