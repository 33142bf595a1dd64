"""The countries and regions in whose registers a firm may stand, in the reader's language."""

import re
from functools import lru_cache

from babel import Locale
from pypinyin import lazy_pinyin

from sunseal.screening.identity import HOME
from sunseal.web.language import Language

# Unicode's list also has islands without a code of their own, unions, and places that do not exist.
_OTHERS = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)
_OWN_NAMES: dict[Language, dict[str, str]] = {
    "zh": {"TW": "中国台湾地区"},
    "en": {"TW": "Taiwan, China"},
}


@lru_cache
def names(language: Language) -> dict[str, str]:
    """Every name by its ISO 3166 code, in the order in which readers look for them."""
    found = {
        code: str(name)
        for code, name in Locale(language).territories.items()
        if re.fullmatch("[A-Z]{2}", code) and code not in _OTHERS
    } | _OWN_NAMES[language]
    return dict(sorted(found.items(), key=lambda each: lazy_pinyin(each[1].casefold())))


@lru_cache
def abroad(language: Language) -> list[tuple[str, str]]:
    """Code and name of all but this country."""
    return [(code, name) for code, name in names(language).items() if code != HOME]


def is_known(code: str) -> bool:
    return code in names("en")
