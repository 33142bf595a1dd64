"""The first step for every name: one form for what only looks different.

Width, case, spaces, punctuation, accents and traditional characters do not tell names apart.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from opencc import OpenCC

Kind = Literal["company", "person"]

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f]")
_LETTER = re.compile(r"[^\W\d_]")
_IGNORED = re.compile(r"[\W_]+")
# Letters that stay whole when accents are taken off.
_WHOLE = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ə": "a"}
)


# One character in fonts and registers that write it in two ways; the tables of traditional
# characters do not have these.
_FORMS = str.maketrans({"𠮷": "吉", "髙": "高", "﨑": "崎", "歩": "步", "呉": "吴"})


def folded(text: str) -> str:
    """Width and case folded, and written in simplified characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return simplified(text.translate(_FORMS)) if HAN.search(text) else text


def plain(text: str) -> str:
    """`folded`, and only its letters and digits."""
    return _IGNORED.sub("", folded(text))


def unaccented(text: str) -> str:
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", bare).translate(_WHOLE)


def is_han(text: str) -> bool:
    """Whether the name is Chinese: most of its letters are Han, or all but a brand."""
    han = len(HAN.findall(text))
    return han > 0 and han * 2 >= len(_LETTER.findall(text))


def simplified(text: str) -> str:
    # Most names are simplified already, and the conversion takes longer than all else.
    if all(map(_is_simplified, text)):
        return text
    return str(_converter().convert(text))


@lru_cache(maxsize=32768)
def _is_simplified(character: str) -> bool:
    return str(_converter().convert(character)) == character


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")
