"""A list is built beside the one in force and takes its place whole, in one transaction."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sunseal import outbox
from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.screening import rules
from sunseal.screening.errors import ListShrank, ListTooShort, NoSuchSource
from sunseal.screening.lists import parse
from sunseal.screening.models import ListFetch, ListSnapshot, ListSource
from sunseal.screening.person_ids import Ring
from sunseal.screening.repository import ListRepository
from sunseal.screening.rules import Source
from sunseal.screening.sources.connectors import Fetched, State
from sunseal.screening.sources.entries import Row

CHECK_ALL = "screening.check_all"
RESCREEN = "screening.rescreen"
SHOWN = 100


def import_list(
    uow: UnitOfWork, code: str, data: bytes, form: str = "csv", ring: Ring | None = None
) -> ListSnapshot:
    """The new snapshot in force of list `code`, from a file.

    Raises NoSuchSource, BadList, ListTooShort, ListShrank, NoPersonKey.
    """
    rows = parse(data, form)
    return put_in_force(uow, code, Fetched(rows, hashlib.sha256(data).digest(), uow.now), ring)


def put_in_force(
    uow: UnitOfWork, code: str, fetched: Fetched, ring: Ring | None = None
) -> ListSnapshot:
    """Raises NoSuchSource, ListTooShort, ListShrank, NoPersonKey; then the old list stays."""
    uow.require(Role.CENTRE, Role.OPERATOR, Role.WORKER)
    lists = ListRepository(uow.session)
    source = lists.source(code)
    if source is None:
        raise NoSuchSource(code)
    lists.lock(source)
    _check_length(lists, source, fetched.rows)
    return switch(uow, source, fetched, ring)


def switch(
    uow: UnitOfWork, source: ListSource, fetched: Fetched, ring: Ring | None
) -> ListSnapshot:
    """Stores the list and puts it in force; asks for everybody to be screened against it."""
    lists = ListRepository(uow.session)
    snapshot = ListSnapshot(
        id=uuid4(),
        source=source.code,
        sha256=fetched.sha256,
        rows=len(fetched.rows),
        published_at=fetched.published_at,
        imported_at=uow.now,
        imported_by=uow.actor.person_id,
        previous_id=source.current_snapshot,
    )
    lists.add_snapshot(snapshot, fetched.rows, ring)
    source.current_snapshot = snapshot.id
    # Whatever ailed the source before, this is its list.
    source.fetch_state, source.failures = State.DONE.value, 0
    uow.session.flush()  # the switch is refused here, inside the caller's unit
    outbox.add(uow, RESCREEN, snapshot.id)
    digest = audit.list_digest(uow, snapshot.id)
    data = {"rows": str(len(fetched.rows)), "digest": digest}
    audit.record(uow, "screening.import", f"list/{source.code}", data=data)
    return snapshot


def health(uow: UnitOfWork) -> list[Source]:
    """Every list with its snapshot in force and whether that is in age."""
    uow.require(Role.CENTRE, Role.OPERATOR, Role.SUPERVISOR, Role.WORKER)
    return sources(uow)


def history(uow: UnitOfWork, code: str) -> tuple[list[ListSnapshot], list[ListFetch]]:
    """A list's snapshots and fetches, newest first. Raises Forbidden, NoSuchSource."""
    uow.require(Role.CENTRE, Role.OPERATOR, Role.SUPERVISOR)
    lists = ListRepository(uow.session)
    if lists.source(code) is None:
        raise NoSuchSource(code)
    return lists.snapshots(code, SHOWN), lists.fetches(code, SHOWN)


def sources(uow: UnitOfWork) -> list[Source]:
    return [
        Source(source, snapshot, state_of(source, snapshot, uow.now))
        for source, snapshot in ListRepository(uow.session).sources()
    ]


def state_of(source: ListSource, snapshot: ListSnapshot | None, now: datetime) -> str:
    """A source that failed when last asked is not done, though its last list is still in age.

    What it says now is unknown, and unknown is never clear; its next answer sets that right.
    """
    if source.fetch_state not in (None, State.DONE.value):
        return str(source.fetch_state)
    return rules.state_of(source, snapshot, now)


def _check_length(lists: ListRepository, source: ListSource, rows: Sequence[Row]) -> None:
    """A part that is silently missing is how lists usually fail."""
    if len(rows) < source.min_rows:
        raise ListTooShort(len(rows), source.min_rows)
    before = lists.snapshot(source.current_snapshot)
    if before is not None and len(rows) < before.rows * rules.SHRINKS_TO:
        raise ListShrank(len(rows), before.rows)
