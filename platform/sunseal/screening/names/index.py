"""Candidates among very many names: exact keys in one table, words and characters in another.

Everything is in memory, for names alone; entries with identifiers are looked up in the database.
A candidate is only worth scoring: the index never says that two names are alike.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from rapidfuzz.distance import OSA

from sunseal.screening.names import chinese, latin, letters, pinyin
from sunseal.screening.names.keys import keys
from sunseal.screening.names.normalise import Kind, is_han, plain

# A word that so many entries share says little; rarer words of the same name are asked first.
MOST_POSTINGS = 150_000
CANDIDATES = 60
ENTRY_READINGS = 8
SHORTEST_WITH_SLIP = 4


class Index:
    """`names[i]` is the name that number `i` of the answers means."""

    def __init__(self, entries: Iterable[tuple[Kind, str]]) -> None:
        self.kinds: list[Kind] = []
        self.names: list[str] = []
        # Hashes of keys: a collision adds a candidate, which is then scored like any other.
        self._exact: dict[int, int | array[int]] = {}
        self._terms: dict[str, array[int]] = {}
        self._slips: dict[int, list[str]] = {}
        for kind, name in entries:
            self._add(kind, name)
        for word in self._terms:
            if word[1] == "w":
                for slip in _slips(word):
                    self._slips.setdefault(hash(slip), []).append(word)

    def __len__(self) -> int:
        return len(self.names)

    def exact(self, kind: Kind, name: str) -> list[int]:
        """The entries that share a key with the name."""
        found: dict[int, None] = {}
        for key in keys(kind, name):
            held = self._exact.get(hash(kind + key), ())
            for number in (held,) if isinstance(held, int) else held:
                found[number] = None
        return list(found)

    def candidates(self, kind: Kind, name: str, limit: int = CANDIDATES) -> list[int]:
        """Those of `exact`, then those that share the most and the rarest pieces."""
        lists = sorted((self._terms[each] for each in self._asked(kind, name)), key=len)
        counts: Counter[int] = Counter()
        read = 0
        for each in lists:
            read += len(each)
            if counts and read > MOST_POSTINGS:
                break
            counts.update(each if len(each) <= MOST_POSTINGS else each[:MOST_POSTINGS])
        shared = (number for number, _ in counts.most_common(limit))
        return list(dict.fromkeys(chain(self.exact(kind, name)[:limit], shared)))[:limit]

    def _add(self, kind: Kind, name: str) -> None:
        number = len(self.names)
        self.kinds.append(kind)
        self.names.append(name)
        for key in _entry_keys(kind, name):
            self._hold(hash(kind + key), number)
        for term in _terms(kind, name):
            self._terms.setdefault(term, array("I")).append(number)

    def _hold(self, key: int, number: int) -> None:
        held = self._exact.get(key)
        if held is None:
            self._exact[key] = number
        elif isinstance(held, int):
            self._exact[key] = array("I", (held, number))
        else:
            held.append(number)

    def _asked(self, kind: Kind, name: str) -> set[str]:
        """The pieces of the name that are held, and words that are a slip away from its own."""
        found: set[str] = set()
        for term in _terms(kind, name):
            if term in self._terms:
                found.add(term)
            if term[1] == "w":
                found.update(self._near(term))
        return found

    def _near(self, term: str) -> Iterator[str]:
        for slip in _slips(term):
            for held in self._slips.get(hash(slip), ()):
                if OSA.distance(term, held, score_cutoff=2) <= 2:
                    yield held


def _entry_keys(kind: Kind, name: str) -> list[str]:
    """As `keys`, but with the surname first and few readings: queries try both orders."""
    if kind == "company" or not is_han(name):
        return keys(kind, name)
    text = plain(name)
    return [text, *pinyin.readings(text)[:ENTRY_READINGS]]


def _terms(kind: Kind, name: str) -> set[str]:
    """Words by their sound, after `w`; pairs of Chinese characters, after `h`."""
    if not is_han(name):
        return {f"{kind[0]}w{letters.sound(word)}" for word in latin.parse(kind, name).words}
    if kind == "person":
        # A Chinese person's name is found by its keys or not at all.
        return set()
    company = chinese.parse(name)
    core = company.core
    terms = {f"ch{core[i : i + 2]}" for i in range(max(len(core) - 1, 1))}
    if company.brand:
        terms.add(f"cw{letters.sound(pinyin.first(company.brand))}")
    return terms


def _slips(term: str) -> list[str]:
    """The word and each of its spellings with one letter left out: two slips apart at most."""
    word = term[2:]
    if len(word) < SHORTEST_WITH_SLIP or word.isdecimal():
        return [term]
    return [term] + [term[: i + 2] + term[i + 3 :] for i in range(len(word))]
