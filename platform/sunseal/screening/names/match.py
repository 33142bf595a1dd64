"""The pipeline for one subject: identifiers first, then keys, then what is only alike.

Steps, as numbered below: 1. validate the identifiers; 2. an equal identifier; 3. equal keys;
4. fuzzy candidates; 5. scores with the hard rules. Only step 2 is strong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from stdnum.cn import uscc

from sunseal.screening.names.index import CANDIDATES, Index
from sunseal.screening.names.normalise import Kind
from sunseal.screening.names.result import REVIEW, Score
from sunseal.screening.names.score import score


class InvalidIdentifier(ValueError):
    """An input error: whoever bears it was not checked and is not clear."""

    def __init__(self) -> None:
        super().__init__("The subject's identifier is not a valid one.")


@dataclass(frozen=True, slots=True)
class Party:
    kind: Kind
    name: str
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Entry `number` beside the subject. `strong` is an equal identifier, and nothing else."""

    number: int
    name: str
    score: Score
    strong: bool = False


def compare(subject: Party, entry: Party) -> tuple[Score, bool]:
    """The score, and whether it is strong."""
    if subject.kind != entry.kind:
        return Score(0.0, "kind", "a company and a person"), False
    if subject.identifier and subject.identifier == entry.identifier:  # 2
        return Score(1.0, "identifier", "the same identifier"), True
    if valid(subject.identifier) and valid(entry.identifier):
        return Score(0.0, "identifier", "the identifier of another"), False
    return score(subject.kind, subject.name, entry.name), False  # 3, 5


def check(subject: Party, index: Index, entries: Sequence[Party] | None = None) -> list[Match]:
    """Entries for a person to look at, the best first. Raises InvalidIdentifier.

    `entries[i]` is what the index holds under `i`; without them, entries have names alone.
    """
    if subject.kind == "company" and subject.identifier and not valid(subject.identifier):  # 1
        raise InvalidIdentifier()
    found = []
    for number in index.candidates(subject.kind, subject.name):  # 3, 4
        entry = entries[number] if entries else Party(index.kinds[number], index.names[number])
        said, strong = compare(subject, entry)
        if strong or said.value >= REVIEW:
            found.append(Match(number, entry.name, said, strong))
    return sorted(found, key=lambda match: (-match.score.value, match.number))


def ranked(kind: Kind, name: str, index: Index, limit: int = 10) -> list[Match]:
    """The names most like this one, whatever their score; below it, by rare words and letters."""
    numbers = index.candidates(kind, name, 2 * CANDIDATES)
    weights = index.weights(kind, name)
    heaviest = max((weights.get(number, 0.0) for number in numbers), default=0.0) or 1.0

    def rank(match: Match) -> tuple[float, int]:
        letters = fuzz.token_set_ratio(name.casefold(), match.name.casefold()) / 100
        rare = weights.get(match.number, 0.0) / heaviest
        return -(match.score.value + letters + rare), match.number

    found = [
        Match(number, index.names[number], score(kind, name, index.names[number]))
        for number in numbers
    ]
    return sorted(found, key=rank)[:limit]


def delta(subjects: Index, entries: Sequence[tuple[Kind, str]]) -> list[list[Match]]:
    """New entries against all subjects: the subjects are indexed, because they are more."""
    return [check(Party(kind, name), subjects) for kind, name in entries]


def valid(identifier: str | None) -> bool:
    return identifier is not None and bool(uscc.is_valid(identifier))
