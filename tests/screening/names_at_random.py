"""Made-up names of people and firms, Chinese and not, for lists of any length."""

import random
from collections.abc import Iterator

from sunseal.screening.names.normalise import Kind

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘"
_CHARACTERS = (
    "明国建文志伟海永春华平东军成德金玉福生荣秀兰英芳丽红梅燕玲静敏峰强磊涛斌鹏飞"
    "勇杰辉宇浩博瑞丰恒信鼎盛远天联创嘉禾凯旋正阳新锐源泰和佳业启航临世腾立昌景卓"
    "越大栋森茂科广厦利民万通北辰同美中锦绣光彩长青银河安"
)
_PLACES_TEXT = """
    北京 上海 深圳 南京 武汉 成都 杭州 西安 青岛 合肥 山东省 江苏省 浙江省 四川省 河北省
"""
_PLACES = _PLACES_TEXT.split()
_TRADES_TEXT = """
    建设工程 建筑安装 机电设备 信息技术 环保科技 市政工程 园林绿化 物业管理 贸易 实业
"""
_TRADES = _TRADES_TEXT.split()
_SYLLABLES_TEXT = """
    ba be bo da de do ka ke ko la le lo ma me mo na ne no ra re ro sa se so ta te to va vi vo
    zha shi
"""
_SYLLABLES = _SYLLABLES_TEXT.split()
_WORDS = ["Trading", "Industries", "Shipping", "Engineering", "Holdings", "Systems", "Energy"]


def people_and_firms(chance: random.Random, count: int) -> Iterator[tuple[Kind, str]]:
    """Six of ten are Chinese, half are people."""
    chinese, others = (_person, _firm), (_stranger, _foreign)
    makers = chinese * 3 + others * 2
    for number in range(count):
        yield makers[number % len(makers)](chance)


def mutated(chance: random.Random, name: str) -> str:
    """One character left out."""
    at = chance.randrange(len(name))
    return name[:at] + name[at + 1 :] if len(name) > 6 else name


def _person(chance: random.Random) -> tuple[Kind, str]:
    given = "".join(chance.choices(_CHARACTERS, k=chance.choice((1, 2, 2))))
    return "person", chance.choice(_SURNAMES) + given


def _firm(chance: random.Random) -> tuple[Kind, str]:
    brand = "".join(chance.choices(_CHARACTERS, k=chance.choice((2, 2, 3, 4))))
    return "company", f"{chance.choice(_PLACES)}{brand}{chance.choice(_TRADES)}有限公司"


def _stranger(chance: random.Random) -> tuple[Kind, str]:
    return "person", f"{_word(chance)} {_word(chance)}"


def _foreign(chance: random.Random) -> tuple[Kind, str]:
    return "company", f"{_word(chance)} {_word(chance)} {chance.choice(_WORDS)} Ltd."


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 3, 4)))).title()
