"""Two names beside each other: the script of each says which rules compare them."""

from sunseal.screening.names import cross, han, latin, words
from sunseal.screening.names.normalise import Kind, is_han, plain
from sunseal.screening.names.remarks import names_in
from sunseal.screening.names.result import Score


def score(kind: Kind, one: str, other: str) -> Score:
    """The same for (one, other) as for (other, one); of several names on a side, the best pair."""
    ours, theirs = names_in(kind, one), names_in(kind, other)
    if len(ours) == len(theirs) == 1:
        return _score(kind, ours[0], theirs[0])
    scores = [_score(kind, a, b) for a in ours for b in theirs]
    # Of equal ones the same from both sides, so that the sentence has no direction either.
    return max(scores, key=lambda score: (score.value, score.sentence))


def _score(kind: Kind, one: str, other: str) -> Score:
    if not plain(one) or not plain(other):
        return Score(0.0, "empty", "a name without letters")
    if plain(one) == plain(other):
        return Score(1.0, "same name", "the same name")
    match is_han(one), is_han(other):
        case True, True:
            return han.companies(one, other) if kind == "company" else han.persons(one, other)
        case True, False:
            return _crossed(kind, one, other)
        case False, True:
            return _crossed(kind, other, one)
        case _ if kind == "company" and _abbreviated(one, other):
            return Score(0.6, "initials", "one is the other's initials, as it may be of many")
        case _:
            return words.score(kind, latin.parse(kind, one), latin.parse(kind, other))


def _abbreviated(one: str, other: str) -> bool:
    return plain(one) in latin.initials(other) or plain(other) in latin.initials(one)


def _crossed(kind: Kind, chinese: str, letters: str) -> Score:
    if kind == "company":
        return cross.companies(chinese, letters)
    return cross.persons(chinese, letters)
