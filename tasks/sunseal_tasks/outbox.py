"""The sweep: whatever the database says is due is sent to the workers."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sunseal import idempotency, outbox
from sunseal.bids import service as bids
from sunseal.database import Role
from sunseal.help import service as help_desk
from sunseal.opening import service as opening
from sunseal_tasks.opening import ADVANCE
from sunseal_tasks.workshop import Workshop

SWEEP = "sweep"
TIDY = "tidy"

# An errand that nobody has settled by then is sent once more.
AGAIN = timedelta(minutes=2)
# Settled errands are kept for a day, to look at, and answers for whoever asks again.
KEPT = timedelta(days=1)

Send = Callable[[str, list[str | None]], None]


def sweep(shop: Workshop, send: Send) -> int:
    """Sends what is due; returns how many messages that were.

    A second sweep at the same time finds other errands, and a gate that is advanced twice is
    advanced once.
    """
    with shop.work.unit_as(Role.WORKER) as uow:
        gates = opening.due(uow)
        errands = outbox.claim(uow, AGAIN)
    for gate in gates:
        send(ADVANCE, [str(gate)])
    for errand in errands:
        send(errand.task, [None, str(errand.id)])
    return len(gates) + len(errands)


def tidy(shop: Workshop, _: UUID) -> None:
    """Uploads whose time is over, supplied bytes to check, and what is old: errands, tickets."""
    with shop.work.unit_as(Role.WORKER) as uow:
        bids.sweep(uow)
    with shop.work.unit_as(Role.WORKER) as uow:
        outbox.sweep(uow, uow.now - KEPT)
        idempotency.sweep(uow, uow.now - KEPT)
        help_desk.forget_old(uow)
    opening.sweep_supplies(shop.work, shop.storage)


JOBS = {TIDY: tidy}
