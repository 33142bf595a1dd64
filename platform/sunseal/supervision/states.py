"""What can become of a finding."""

from enum import StrEnum
from uuid import UUID

from sunseal.supervision.errors import NoSuchStep


class State(StrEnum):
    OPEN = "open"
    EXPLAINED = "explained"
    RECTIFICATION_ORDERED = "rectification_ordered"
    CLOSED = "closed"


# A rectification is ordered once: its notice is out and stands. Everything else may be reopened.
STEPS: dict[State, set[State]] = {
    State.OPEN: {State.EXPLAINED, State.RECTIFICATION_ORDERED, State.CLOSED},
    State.EXPLAINED: {State.OPEN, State.RECTIFICATION_ORDERED, State.CLOSED},
    State.RECTIFICATION_ORDERED: {State.CLOSED},
    State.CLOSED: {State.OPEN},
}


def check_step(finding_id: UUID, state: State, wish: State, *, ordered: bool) -> None:
    """`ordered` says that there is a notice already. Raises NoSuchStep."""
    again = ordered and wish is State.RECTIFICATION_ORDERED
    if wish not in STEPS[state] or again:
        raise NoSuchStep(finding_id, state.value, wish.value)
