"""Pinyin of Chinese names, with all readings: 单 is dan, chan, and as a surname shan."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice, product

from pypinyin.contrib.tone_convert import to_normal
from pypinyin.pinyin_dict import pinyin_dict

# Names with many characters of many readings would have thousands of spellings.
MOST = 64
_COMPOUND_SURNAMES_TEXT = """
    欧阳 司马 上官 诸葛 司徒 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 夏侯 轩辕 钟离 端木 独孤
    南宫
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND_SURNAMES_TEXT.split())
# Ü has no place on most keyboards and in passports is yu.
_UMLAUT = ("v", "u", "yu")


@lru_cache(maxsize=32768)
def of_character(character: str) -> tuple[str, ...]:
    """Every reading without tones; none for what is not Han."""
    found: dict[str, None] = {}
    for reading in pinyin_dict.get(ord(character), "").split(","):
        syllable = to_normal(reading) if reading else ""
        if "v" in syllable or "ü" in syllable:
            bare = syllable.replace("ü", "v")
            found.update((bare.replace("v", each), None) for each in _UMLAUT)
        elif syllable:
            found[syllable] = None
    return tuple(found)


def readings(text: str, spelled: Callable[[str], str] = str) -> list[str]:
    """Spellings of `text` as one word, the first of them of the commonest readings."""
    each = [
        tuple(spelled(reading) for reading in of_character(character)) or (character,)
        for character in text
    ]
    return ["".join(chosen) for chosen in islice(product(*each), MOST)]


# Wade and Giles's spelling, which older lists and Taiwan's passports use, without its marks: the
# initials first, then the finals, then syllables that follow neither.
_INITIALS = (
    ("zh", "ch"), ("b", "p"), ("d", "t"), ("g", "k"), ("q", "ch"), ("x", "hs"), ("j", "ch"),
    ("r", "j"), ("z", "ts"), ("c", "ts"),
)  # fmt: skip
_WHOLE = {
    "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "zi": "tzu", "ci": "tzu", "si": "szu",
    "er": "erh", "yan": "yen", "ye": "yeh", "you": "yu", "yong": "yung", "ge": "ko", "ke": "ko",
    "he": "ho", "e": "o", "guo": "kuo", "kuo": "kuo", "huo": "huo", "shuo": "shuo", "ju": "chu",
    "yi": "i", "zhe": "che", "re": "je",
}  # fmt: skip
_FINALS = (
    (re.compile("ian$"), "ien"), (re.compile("ie$"), "ieh"), (re.compile("ue$"), "ueh"),
    (re.compile("ong$"), "ung"), (re.compile("uo$"), "o"), (re.compile("(?<=[gk])ui$"), "uei"),
)  # fmt: skip


def wade_giles(syllable: str) -> str:
    """A syllable of pinyin as Wade and Giles would have it: zedong is tsetung, xiao is hsiao."""
    if syllable in _WHOLE:
        return _WHOLE[syllable]
    for final, older in _FINALS:
        syllable, changed = final.subn(older, syllable)
        if changed:
            break
    if syllable.startswith(("ch", "sh")):
        return syllable
    for initial, older in _INITIALS:
        if syllable.startswith(initial):
            return older + syllable.removeprefix(initial)
    return syllable


def first(text: str) -> str:
    return "".join((of_character(character) or (character,))[0] for character in text)


def sound_alike(one: str, other: str) -> bool:
    return not set(of_character(one)).isdisjoint(of_character(other))


def surname(person: str) -> str:
    """The surname of a simplified Chinese name, by its first one or two characters."""
    compound = len(person) > 2 and person[:2] in COMPOUND_SURNAMES
    return person[: 2 if compound else 1]


def of_person(person: str) -> set[str]:
    """Spellings as one word each, in the Chinese and in the Western order."""
    family = surname(person)
    given = person[len(family) :]
    found: set[str] = set()
    for spelled in (str, wade_giles):
        pairs = islice(product(readings(family, spelled), readings(given, spelled)), MOST)
        found.update(whole for one, other in pairs for whole in (one + other, other + one))
    return found
