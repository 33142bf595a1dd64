"""Pure decisions about ceremonies: facts and a time in, nothing or an error out.

An attempt goes one way, a step further each time that all custodians have posted:

    certify → round1 → round2 → confirm → complete
       └─────────┴────────┴────────┴────→ failed        by a complaint, or by its expiry
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sunseal.custody.errors import (
    CeremonyExpired,
    CeremonyOver,
    NoSuchStep,
    NotInRoster,
    NotThatCustodian,
    NotThisStep,
    PartyInRoster,
    RosterUnfit,
)
from sunseal_crypto import roster as rosters
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.release import Rule
from sunseal_crypto.roster import Custodian, Roster, Witness

# Custodians' programs answer within ticks; a day leaves their people time to start one.
CEREMONY_PERIOD = timedelta(days=1)
# How long an attempt that is over is still shown, so that custodians complete or bury it.
SHOWN_AFTER_END = timedelta(days=1)
COMPLAINT = "complaint"
# A custodian that refused by one of these may come to answer the same request.
PASSING: frozenset[Rule] = frozenset({"time-not-reached", "clock-off", "unlogged-request"})


class State(StrEnum):
    CERTIFY = "certify"
    ROUND1 = "round1"
    ROUND2 = "round2"
    CONFIRM = "confirm"
    COMPLETE = "complete"
    FAILED = "failed"


NEXT: Mapping[State, State] = {
    State.CERTIFY: State.ROUND1,
    State.ROUND1: State.ROUND2,
    State.ROUND2: State.CONFIRM,
    State.CONFIRM: State.COMPLETE,
}
ORDER = list(State)
STEPS = (*(state.value for state in NEXT), COMPLAINT)


def is_over(state: str) -> bool:
    return State(state) not in NEXT


def has_passed(state: str, step: State) -> bool:
    """Whether everybody's contribution to `step` is there."""
    return State(state) is not State.FAILED and ORDER.index(State(state)) > ORDER.index(step)


def check_step(
    ceremony_id: UUID, state: str, step: str, expires_at: datetime, now: datetime
) -> None:
    """Raises NoSuchStep, CeremonyOver, CeremonyExpired, NotThisStep."""
    if step not in STEPS:
        raise NoSuchStep(step, STEPS)
    if state == State.FAILED and step == COMPLAINT:
        return  # kept as evidence: several custodians often see the same fault
    if is_over(state):
        raise CeremonyOver(ceremony_id, state)
    if now >= expires_at:
        raise CeremonyExpired(ceremony_id, expires_at)
    if step not in (state, COMPLAINT):
        raise NotThisStep(step, state)


def expiry(now: datetime, deadline: datetime) -> datetime:
    return min(now + CEREMONY_PERIOD, deadline)


def seat_of(roster: Roster, name: str) -> int | None:
    """The index, from 1, of the custodian called `name`."""
    names = [custodian.name for custodian in roster.custodians]
    return names.index(name) + 1 if name in names else None


def check_seat(roster: Roster, name: str, custodian: int) -> None:
    """Raises NotThatCustodian: nobody speaks from another's seat, whatever it has signed."""
    if seat_of(roster, name) != custodian:
        raise NotThatCustodian(name, custodian)


def listed(roster: Roster) -> list[Custodian | Witness]:
    return [*roster.custodians, *roster.witnesses]


def check_listed(roster: Roster, name: str) -> None:
    """Raises NotInRoster."""
    if name not in [party.name for party in listed(roster)]:
        raise NotInRoster(name)


def check_roster(roster: Roster, t: int, parties: Collection[str]) -> None:
    """That the roster suits a tender of these `parties`. Raises RosterUnfit, PartyInRoster."""
    try:
        rosters.check_threshold(roster, t)
    except CryptoError as error:
        raise RosterUnfit(str(error)) from None
    for guard in listed(roster):
        for name in (guard.name, guard.authority):
            if name in parties:
                raise PartyInRoster(name)


def failure_by_complaint(roster: Roster, custodian: int, reason: str, culprit: int | None) -> str:
    accused = "" if culprit is None else f" accuses {named(roster, culprit)}"
    return (
        f"{named(roster, custodian)}{accused or ' complains'}: {reason} "
        "Only the custodians concerned can tell which of them is at fault."
    )


def failure_by_expiry(roster: Roster, state: str, missing: Collection[int]) -> str:
    names = ", ".join(named(roster, custodian) for custodian in sorted(missing))
    return f"The ceremony expired at step {state} without {names}."


def named(roster: Roster, custodian: int) -> str:
    return f"{roster.custodians[custodian - 1].name} ({custodian})"
