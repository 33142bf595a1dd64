"""Pure decisions about facts."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from sunseal.conduct.models import Fact, Note
from sunseal.screening.rules import CALENDAR, today

__all__ = ["CALENDAR", "State", "state_of", "today"]

STRIKES_NEEDED = 2


class State(StrEnum):
    """`objected` is in force while it is being weighed."""

    IN_FORCE = "in_force"
    OBJECTED = "objected"
    OVER = "over"
    STRUCK = "struck"


def state_of(fact: Fact, notes: Sequence[Note], day: date) -> State:
    """`notes` are the fact's own, oldest first."""
    strikes = {note.made_by for note in notes if note.kind == "struck"}
    if None in strikes or len(strikes) >= STRIKES_NEEDED:
        return State.STRUCK
    ended = any(note.kind == "ended" for note in notes)
    if ended or (fact.valid_to is not None and fact.valid_to < day):
        return State.OVER
    answered = [note.kind for note in notes if note.kind in ("objection", "stands")]
    return State.OBJECTED if answered and answered[-1] == "objection" else State.IN_FORCE
