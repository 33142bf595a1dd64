"""What must happen after a commit is a row of the same transaction; the worker relays it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from sunseal.database import UnitOfWork

ADD = text("""
    insert into kit.outbox (task, argument, created_at, due_at)
    values (:task, :argument, :now, :due)
""")
TAKE = text("""
    select id, task, argument from kit.outbox where relayed_at is null and due_at <= :now
    order by due_at limit :limit for update skip locked
""")
MARK = text("update kit.outbox set relayed_at = :now where id = any(:ids)")
SWEEP = text("delete from kit.outbox where relayed_at < :before")


def add(uow: UnitOfWork, task: str, argument: UUID | None, due_at: datetime | None = None) -> None:
    """Asks for `task` (its name in the worker) once this unit is committed, not before `due_at`."""
    row = {"task": task, "argument": argument, "now": uow.now, "due": due_at or uow.now}
    uow.session.execute(ADD, row)


def take(uow: UnitOfWork, limit: int = 100) -> list[tuple[str, UUID | None]]:
    """The waiting tasks, marked as relayed if the caller's unit commits. Tasks are idempotent."""
    rows = uow.session.execute(TAKE, {"now": uow.now, "limit": limit}).all()
    if rows:
        uow.session.execute(MARK, {"now": uow.now, "ids": [row.id for row in rows]})
    return [(row.task, row.argument) for row in rows]


def sweep(uow: UnitOfWork, before: datetime) -> None:
    """Forgets what was relayed before a time."""
    uow.session.execute(SWEEP, {"before": before})
