"""A list is built beside the one in force and takes its place whole, in one transaction."""

import hashlib
from collections.abc import Sequence
from uuid import uuid4

from sunseal import outbox
from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.screening import rules
from sunseal.screening.errors import ListShrank, ListTooShort, NoSuchSource
from sunseal.screening.lists import Row, parse
from sunseal.screening.models import ListSnapshot, ListSource
from sunseal.screening.repository import ListRepository
from sunseal.screening.rules import Source

CHECK_ALL = "screening.check_all"


def import_list(uow: UnitOfWork, code: str, data: bytes) -> ListSnapshot:
    """The new snapshot in force of list `code`, from CSV. Raises NoSuchSource, Invalid."""
    uow.require(Role.CENTRE, Role.OPERATOR, Role.WORKER)
    lists = ListRepository(uow.session)
    source = lists.source(code)
    if source is None:
        raise NoSuchSource(code)
    rows = parse(data)
    lists.lock(source)
    _check_length(lists, source, rows)
    snapshot = ListSnapshot(
        id=uuid4(),
        source=code,
        sha256=hashlib.sha256(data).digest(),
        rows=len(rows),
        published_at=uow.now,
        imported_at=uow.now,
        imported_by=uow.actor.person_id,
    )
    lists.add_snapshot(snapshot, rows)
    source.current_snapshot = snapshot.id
    uow.session.flush()  # the switch is refused here, inside the caller's unit
    outbox.add(uow, CHECK_ALL, None)
    audit.record(uow, "screening.import", f"list/{code}", data={"rows": str(len(rows))})
    return snapshot


def health(uow: UnitOfWork) -> list[Source]:
    """Every list with its snapshot in force and whether that is in age."""
    uow.require(Role.CENTRE, Role.OPERATOR, Role.SUPERVISOR, Role.WORKER)
    return sources(uow)


def sources(uow: UnitOfWork) -> list[Source]:
    return [
        Source(source, snapshot, rules.state_of(source, snapshot, uow.now))
        for source, snapshot in ListRepository(uow.session).sources()
    ]


def _check_length(lists: ListRepository, source: ListSource, rows: Sequence[Row]) -> None:
    """A part that is silently missing is how lists usually fail."""
    if len(rows) < source.min_rows:
        raise ListTooShort(len(rows), source.min_rows)
    before = lists.snapshot(source.current_snapshot)
    if before is not None and len(rows) < before.rows * rules.SHRINKS_TO:
        raise ListShrank(len(rows), before.rows)
