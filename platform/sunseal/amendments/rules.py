"""Pure decisions about amendments: facts and a time in, nothing or an error out.

An amendment goes one way:

    proposed → confirmed → in force
        │          └─────→ lapsed      too few custodians acknowledged it before the old deadline
        └────────────────→ ended       nobody confirmed it within a day
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sunseal.amendments.errors import NeverAmended, NotAmender, NotRunning
from sunseal.tenders.rules import Status
from sunseal_crypto.terms import Terms


class State(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    IN_FORCE = "in_force"
    LAPSED = "lapsed"


def check_running(tender_id: UUID, status: str, deadline: datetime, now: datetime) -> None:
    """Raises NotRunning: a box that is closed never opens again for a latecomer."""
    if status != Status.PUBLISHED or now >= deadline:
        raise NotRunning(tender_id, deadline)


def check_amender(tender_id: UUID, agreed: Terms, place: int, own: bytes | None) -> None:
    """Raises NeverAmended, NotAmender.

    A key that was revoked since is not in force: whoever found it cannot use it here.
    """
    if not agreed.amenders:
        raise NeverAmended(tender_id)
    if own is None or own != agreed.amenders[place]:
        raise NotAmender(tender_id)


def state_of(
    *, in_force: bool, confirmed: bool, running: bool, deadline: datetime, now: datetime
) -> State:
    """`deadline` is the one in force while this amendment is not."""
    if in_force:
        return State.IN_FORCE
    if not confirmed:
        return State.PROPOSED
    return State.CONFIRMED if running and now < deadline else State.LAPSED
