"""Scores of a Chinese name beside a name in letters, by pinyin and the trades' English."""

from functools import lru_cache

from sunseal.screening.names import chinese, latin, pinyin, places, words
from sunseal.screening.names.latin import Name
from sunseal.screening.names.normalise import plain
from sunseal.screening.names.result import Score

# Many Chinese names share one pinyin, so that no agreement in it is worth more.
MOST = 0.85
MOST_READINGS = 8


def persons(han: str, letters: str) -> Score:
    joined = "".join(latin.spelled(letters)).replace("ü", "u")
    if joined in pinyin.of_person(plain(han)):
        return Score(MOST, "pinyin", "the same pinyin, which other names have too")
    return Score(0.0, "pinyin", "another pinyin")


def companies(han: str, letters: str) -> Score:
    name = latin.parse("company", letters)
    scores = [_scored(each, name) for each in spellings(han)]
    return max(scores, key=lambda score: score.value)


def keys(han: str, most: int = MOST_READINGS) -> list[str]:
    """As the keys of the company's name in letters, with its place and without."""
    company = chinese.parse(han)
    trades = [word for trade in company.trades for word in _english(trade)]
    where = [places.in_letters(place) for place in company.places]
    brands = pinyin.readings(company.brand)[:most] if company.brand else [""]
    bare = [[brand, *trades] for brand in brands]
    named = [*([*where, *words] for words in bare), *(bare if company.brand else ())]
    return list(dict.fromkeys("".join(sorted(words)) for words in named))


@lru_cache(maxsize=1024)
def _english(trade: str) -> tuple[str, ...]:
    return latin.parse("company", chinese.TRADES[trade]).words


def spellings(han: str) -> list[Name]:
    """What the company may be called in letters: place, brand in pinyin, trades in English."""
    company = chinese.parse(han)
    trades = [word for trade in company.trades for word in chinese.TRADES[trade].split()]
    where = [places.in_letters(place) for place in company.places]
    brands = pinyin.readings(company.brand)[:MOST_READINGS] if company.brand else [""]
    return [latin.parse("company", " ".join([*where, brand, *trades])) for brand in brands]


def _scored(own: Name, name: Name) -> Score:
    found = words.score("company", own, name)
    if found.feature == "numerals":
        return found
    return Score(found.value * MOST, "pinyin", f"in pinyin and translation, {found.sentence}")
