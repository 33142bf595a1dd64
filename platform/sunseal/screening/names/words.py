"""Scores of names in words: each word of one name is laid beside its best partner in the other.

A word more on one side may be a middle name. Unpaired words on both sides are another name.
"""

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from sunseal.screening.names import latin, letters, places
from sunseal.screening.names.latin import Name
from sunseal.screening.names.normalise import Kind
from sunseal.screening.names.result import Score

# Words that a company's name has or lacks without much meaning.
SOFT = frozenset({"group", "holdings", "international", "global", "company", "foundation"})
# How much a further word takes away: from a person's name, and from a company's.
MORE_OF_PERSON, MORE_OF_COMPANY, MORE_SOFT = 0.07, 0.3, 0.15
SHORTEST_JOINED = 6


@dataclass(frozen=True, slots=True)
class Pairing:
    """Pairs with their likeness, and the words of either side that found no partner."""

    pairs: tuple[tuple[str, str, float], ...]
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def mean(self) -> float:
        size = sum(len(one) + len(other) for one, other, _ in self.pairs)
        weighed = sum((len(one) + len(other)) * like for one, other, like in self.pairs)
        return weighed / size if size else 0.0

    @property
    def share(self) -> float:
        """How much of both names is paired, by letters."""
        paired = sum((len(one) + len(other)) * like for one, other, like in self.pairs)
        alone = sum(map(len, self.left + self.right))
        size = sum(len(one) + len(other) for one, other, _ in self.pairs) + alone
        return paired / size if size else 0.0


def score(kind: Kind, one: Name, other: Name) -> Score:
    if one.numerals != other.numerals:
        return Score(0.0, "numerals", "different numbers, so different companies")
    if _joined_alike(one.words, other.words):
        return Score(0.95, "joined", "the same letters, divided into words differently")
    pairing = _divided(pair(kind, one.words, other.words))
    if pairing.left and pairing.right:
        return _replaced(kind, pairing)
    if kind == "company":
        return _companies(pairing)
    return _persons(pairing)


def pair(kind: Kind, one: tuple[str, ...], other: tuple[str, ...]) -> Pairing:
    """The best pairs first; equal words before alike ones."""
    ranked = sorted(
        (
            # Ties are broken alike from both sides, so that a score has no direction.
            (likeness(kind, a, b), -abs(i - j), -(i + j), i, j)
            for i, a in enumerate(one)
            for j, b in enumerate(other)
        ),
        reverse=True,
    )
    left, right, pairs = set(range(len(one))), set(range(len(other))), []
    for like, _, _, i, j in ranked:
        if like and i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append((one[i], other[j], like))
    return Pairing(
        tuple(pairs), tuple(one[i] for i in sorted(left)), tuple(other[j] for j in sorted(right))
    )


@lru_cache(maxsize=65536)
def likeness(kind: Kind, one: str, other: str) -> float:
    """0 for two words, else how near two spellings of one word are."""
    if one == other:
        return 1.0
    if one.isdecimal() or other.isdecimal():
        return 0.0
    if kind == "company" and {one, other} <= places.known_in_letters():
        return 0.0
    if kind == "person":
        if len(one) == 1 or len(other) == 1:
            return 0.85 if one[0] == other[0] else 0.0
        if latin.NICKNAMES.get(one, one) == latin.NICKNAMES.get(other, other):
            return 0.85
    written = _near(one, other)
    heard = _near(letters.sound(one), letters.sound(other))
    # Folding by sound shortens: what then is only near must not be far in writing.
    if heard < 1 and not _near(one, other, more=1):
        return written
    return max(written, heard - 0.05)


def _near(one: str, other: str, more: int = 0) -> float:
    """How alike the letters are; 0 with more slips than a word of this length may have."""
    length = max(len(one), len(other))
    allowed = more + (0 if length < 4 else 1 if length < 8 else 2 if length < 12 else 3)
    distance = OSA.distance(one, other, score_cutoff=allowed)
    return 1 - distance / length if distance <= allowed else 0.0


def _joined_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    a, b = "".join(one), "".join(other)
    if len(one) == len(other) or min(len(a), len(b)) < SHORTEST_JOINED:
        return False
    return OSA.distance(a, b, score_cutoff=1) <= 1


def _divided(pairing: Pairing) -> Pairing:
    """Muhammad Hasni and Muhammadhasni are a pair, too."""
    if not _joined_alike(pairing.left, pairing.right):
        return pairing
    joined = ("".join(pairing.left), "".join(pairing.right), 0.95)
    return Pairing((*pairing.pairs, joined), (), ())


def _replaced(kind: Kind, pairing: Pairing) -> Score:
    one, other = " ".join(pairing.left), " ".join(pairing.right)
    if kind == "company" and not set(pairing.left) - SOFT and not set(pairing.right) - SOFT:
        return Score(0.8, "soft word", f"alike but for {one!r} and {other!r}")
    return Score(0.7 * pairing.share, "another word", f"{one!r} stands where {other!r} does")


def _companies(pairing: Pairing) -> Score:
    more = pairing.left + pairing.right
    taken = sum(MORE_SOFT if each in SOFT else MORE_OF_COMPANY for each in more)
    return Score(max(pairing.mean - taken, 0.0), "words", _said(pairing, more))


def _persons(pairing: Pairing) -> Score:
    more = pairing.left + pairing.right
    whole = [pair for pair in pairing.pairs if min(len(pair[0]), len(pair[1])) > 1]
    if not whole or (len(whole) == 1 and more):
        return Score(0.7 * pairing.share, "too little", "only one name or initials agree")
    value = pairing.mean - MORE_OF_PERSON * len(more)
    return Score(max(value, 0.0), "words", _said(pairing, more))


def _said(pairing: Pairing, more: tuple[str, ...]) -> str:
    other = [f"{a!r} for {b!r}" for a, b, like in pairing.pairs if like < 1]
    said = "the same words" if not other else f"the same words but {', '.join(other)}"
    return f"{said}, and one name has more: {' '.join(more)}" if more else said
