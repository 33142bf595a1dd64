"""Pinyin of Chinese names, with all readings: 单 is dan, chan, and as a surname shan."""

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


def readings(text: str) -> list[str]:
    """Spellings of `text` as one word, the first of them of the commonest readings."""
    each = [of_character(character) or (character,) for character in text]
    return ["".join(chosen) for chosen in islice(product(*each), MOST)]


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
    pairs = islice(product(readings(family), readings(given)), MOST)
    return {whole for one, other in pairs for whole in (one + other, other + one)}
