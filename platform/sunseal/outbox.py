"""What must happen after a commit is a row of the same transaction; the worker relays it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from sunseal.database import UnitOfWork

ADD = text("""
    insert into kit.outbox (task, argument, created_at, due_at)
    values (:task, :argument, :now, :due)
""")
CLAIM = text("""
    update kit.outbox set due_at = :again where id in (
        select id from kit.outbox where relayed_at is null and due_at <= :now
        order by due_at limit :limit for update skip locked
    ) returning id, task
""")
ARGUMENT = text("select argument from kit.outbox where id = :id")
SETTLE = text("update kit.outbox set relayed_at = :now where id = :id and relayed_at is null")
SWEEP = text("delete from kit.outbox where relayed_at < :before")


def add(uow: UnitOfWork, task: str, argument: UUID | None, due_at: datetime | None = None) -> None:
    """Asks for `task` (its name in the worker) once this unit is committed, not before `due_at`."""
    row = {"task": task, "argument": argument, "now": uow.now, "due": due_at or uow.now}
    uow.session.execute(ADD, row)


@dataclass(frozen=True, slots=True)
class Errand:
    """A row of the outbox: `task` is to be done, and then `id` settled."""

    id: UUID
    task: str


def claim(uow: UnitOfWork, again: timedelta, limit: int = 200) -> list[Errand]:
    """What waits, to be sent to the workers; whatever is not settled is claimed `again` later.

    So a broker that loses a message, or a worker that dies with it, only costs time.
    """
    row = {"now": uow.now, "again": uow.now + again, "limit": limit}
    return [Errand(*found) for found in uow.session.execute(CLAIM, row)]


def argument(uow: UnitOfWork, errand_id: UUID) -> UUID | None:
    """What an errand is about; the broker is not told."""
    found: UUID | None = uow.session.execute(ARGUMENT, {"id": errand_id}).scalar_one_or_none()
    return found


def settle(uow: UnitOfWork, errand_id: UUID) -> None:
    """The errand is done, once the caller's unit commits."""
    uow.session.execute(SETTLE, {"id": errand_id, "now": uow.now})


def sweep(uow: UnitOfWork, before: datetime) -> None:
    """Forgets what was relayed before a time."""
    uow.session.execute(SWEEP, {"before": before})
