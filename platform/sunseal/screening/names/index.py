"""Candidates among very many names: exact keys in one table, words and characters in another.

Everything is in memory, for names alone; entries with identifiers are looked up in the database.
A candidate is only worth scoring: the index never says that two names are alike.
"""

import heapq
import math
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain

from rapidfuzz.distance import OSA

from sunseal.screening.names import chinese, cross, latin, letters, pinyin
from sunseal.screening.names.keys import keys
from sunseal.screening.names.normalise import Kind, is_han, plain
from sunseal.screening.names.remarks import names_in

# A word that so many entries share says little; rarer words of the same name are asked first.
MOST_POSTINGS = 150_000
CANDIDATES = 60
ENTRY_READINGS, TRANSLATED = 8, 2
SHORTEST_WITH_SLIP, LONGEST_WORD = 4, 24
INITIALS = "initials "


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
        return self._held(kind + key for key in keys(kind, name))

    def abbreviated(self, kind: Kind, name: str) -> list[int]:
        """Companies of which the name is the initials, and those that go by the name's."""
        if kind == "person" or is_han(name):
            return []
        return self._held(
            [INITIALS + plain(name), *(kind + short for short in latin.initials(name))]
        )

    def _held(self, keys: Iterable[str]) -> list[int]:
        found: dict[int, None] = {}
        for key in keys:
            held = self._exact.get(hash(key), ())
            for number in (held,) if isinstance(held, int) else held:
                found[number] = None
        return list(found)

    def candidates(self, kind: Kind, name: str, limit: int = CANDIDATES) -> list[int]:
        """Those of `exact`, then those that share the most and the rarest pieces."""
        weights = self.weights(kind, name)
        shared = heapq.nlargest(limit, weights, key=lambda number: (weights[number], -number))
        first = chain(self.exact(kind, name)[:limit], self.abbreviated(kind, name)[:limit])
        return list(dict.fromkeys(chain(first, shared)))[:limit]

    def weights(self, kind: Kind, name: str) -> dict[int, float]:
        """What entries share with the name: each piece counts the more, the rarer it is."""
        lists = sorted((self._terms[each] for each in self._asked(kind, name)), key=len)
        weights: dict[int, float] = {}
        read = 0
        for each in lists:
            read += len(each)
            if weights and read > MOST_POSTINGS:
                break
            rarity = math.log(1 + len(self.names) / len(each))
            for number in each if len(each) <= MOST_POSTINGS else each[:MOST_POSTINGS]:
                weights[number] = weights.get(number, 0.0) + rarity
        return weights

    def _add(self, kind: Kind, name: str) -> None:
        number = len(self.names)
        self.kinds.append(kind)
        self.names.append(name)
        named = names_in(kind, name)
        for key in dict.fromkeys(key for each in named for key in _entry_keys(kind, each)):
            self._hold(hash(kind + key), number)
        if kind == "company" and not is_han(name):
            for short in latin.initials(name):
                self._hold(hash(INITIALS + short), number)
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
        for term in _terms(kind, name) | _translated(kind, name):
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
    """As `keys`, but with the surname first and few readings: queries try both orders and all."""
    if kind == "company" or not is_han(name):
        return keys(kind, name, TRANSLATED)
    text = plain(name)
    older = pinyin.readings(text, pinyin.wade_giles)
    return [text, *pinyin.readings(text)[:ENTRY_READINGS], *older[:ENTRY_READINGS]]


def _terms(kind: Kind, name: str) -> set[str]:
    """Words by their sound, after `w`; pairs of Chinese characters, after `h`."""
    return {term for each in names_in(kind, name) for term in _terms_of(kind, each)}


def _terms_of(kind: Kind, name: str) -> set[str]:
    if not is_han(name):
        return {_word(kind, word) for word in latin.parse(kind, name).words}
    if kind == "person":
        # A Chinese person's name is found by its keys or not at all.
        return set()
    company = chinese.parse(name)
    core = company.core
    terms = {f"ch{core[i : i + 2]}" for i in range(max(len(core) - 1, 1))}
    if company.brand:
        brands = pinyin.readings(company.brand)[:ENTRY_READINGS]
        terms.update(_word("company", brand) for brand in brands)
    return terms


def _translated(kind: Kind, name: str) -> set[str]:
    """Words that an entry in letters may have for a Chinese company's name."""
    if kind == "person" or not is_han(name):
        return set()
    return {_word("company", word) for each in cross.spellings(name) for word in each.words}


def _word(kind: Kind, word: str) -> str:
    """Cut, because each of a word's letters makes a spelling without it."""
    return f"{kind[0]}w{letters.sound(word)[:LONGEST_WORD]}"


def _slips(term: str) -> list[str]:
    """The word and each of its spellings with one letter left out: two slips apart at most."""
    word = term[2:]
    if len(word) < SHORTEST_WITH_SLIP or word.isdecimal():
        return [term]
    return [term] + [term[: i + 2] + term[i + 3 :] for i in range(len(word))]
