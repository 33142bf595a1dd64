"""The log's heartbeat, and what becomes readable when a tender is over."""

from uuid import UUID

from sunseal.amendments import service as amendments
from sunseal.audit import service as audit
from sunseal.audit.refusals import collect
from sunseal.database import Role
from sunseal.opening import service as opening
from sunseal_tasks.workshop import Workshop

TICK = "audit.tick"
REVEAL = "audit.reveal"
REFUSALS = "audit.refusals"


def tick(shop: Workshop, _: UUID) -> None:
    """Makes the current tick unless it is made; asked for too often, it does nothing."""
    with shop.work.unit_as(Role.WORKER) as uow:
        quorum = opening.quorum(uow, shop.roster)
        cosigners = shop.roster.cosigners()
        made = audit.tick(uow, shop.keys.log, shop.settings.tick_seconds, quorum, cosigners)
    if made is not None:
        _postpone(shop)


def _postpone(shop: Workshop) -> None:
    """What the tick put in force; what is missed here, the deadline itself finds."""
    with shop.work.unit_as(Role.WORKER) as uow:
        waiting = amendments.waiting(uow)
    for amendment in waiting:
        with shop.work.unit_as(Role.WORKER) as uow:
            amendments.settle(uow, amendment)


def reveal(shop: Workshop, _: UUID) -> None:
    """First the events of boxes that are over, then the seeds of ticks without a secret."""
    with shop.work.unit_as(Role.WORKER) as uow:
        revealed = opening.reveal(uow)
    if not revealed:
        with shop.work.unit_as(Role.WORKER) as uow:
            audit.reveal_seeds(uow)


def refusals(shop: Workshop, _: UUID) -> None:
    """What PostgreSQL refused to raw SQL, where this machine can read the server's log."""
    folder = shop.settings.database_log
    if folder is not None:
        with shop.work.unit_as(Role.WORKER) as uow:
            collect(uow, folder)


JOBS = {TICK: tick, REVEAL: reveal, REFUSALS: refusals}
