"""Fetching lists from where their owners publish them. No transaction is open while we wait."""

from datetime import timedelta
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.database import Database, Role, UnitOfWork
from sunseal.screening.errors import ListShrank, ListTooShort
from sunseal.screening.models import ListFetch, ListSource
from sunseal.screening.person_ids import NoPersonKey, Ring
from sunseal.screening.repository import ListRepository
from sunseal.screening.service.imports import put_in_force
from sunseal.screening.sources.connectors import (
    Connector,
    Fetched,
    SourceFailed,
    State,
    wait_after,
)

# Longer than any fetch: a worker that dies in the middle only costs this much time.
LEASE = timedelta(minutes=20)
# Clocks differ a little; a list from further ahead would stay in age for longer than it should.
AHEAD = timedelta(minutes=5)


def refresh(database: Database, connector: Connector, ring: Ring | None = None) -> State | None:
    """Fetches a list if that is due, and says how it went; None when it was not due.

    Whatever the source does, this raises nothing about it: the others have their turn.
    """
    with database.unit_as(Role.WORKER) as uow:
        if not _claim(uow, connector.source):
            return None
    try:
        fetched = connector.fetch()
        with database.unit_as(Role.WORKER) as uow:
            return _take(uow, connector.source, fetched, ring)
    except SourceFailed as failed:
        state, reason = failed.state, failed.reason
    except (ListTooShort, ListShrank, NoPersonKey) as refused:
        state, reason = State.ERROR, str(refused)
    except Exception as error:
        # Its words may quote what the source sent, identifiers as well.
        state, reason = State.ERROR, f"unexpected: {type(error).__name__}"
    with database.unit_as(Role.WORKER) as uow:
        _settle(uow, connector.source, state, reason, None)
    return state


def _claim(uow: UnitOfWork, code: str) -> bool:
    """Whether it is due and ours: of several workers one asks, and none while it is left alone."""
    source = ListRepository(uow.session).claimed(code, uow.now)
    if source is None:
        return False
    source.next_fetch_at = uow.now + LEASE
    return True


def _take(uow: UnitOfWork, code: str, fetched: Fetched, ring: Ring | None) -> State:
    lists = ListRepository(uow.session)
    source = lists.source(code)
    assert source is not None
    before = lists.snapshot(source.current_snapshot)
    if fetched.published_at > uow.now + AHEAD:
        raise SourceFailed(State.ERROR, "a list from the future")
    if uow.now - fetched.published_at > source.max_age:
        raise SourceFailed(State.STALE, "the newest list there is out of age")
    if before is not None and fetched.published_at < before.published_at:
        raise SourceFailed(State.ERROR, "an older list than the one in force")
    same = before is not None and (before.sha256, before.published_at) == (
        fetched.sha256,
        fetched.published_at,
    )
    # The same list again is no new snapshot: whoever was screened against it still is.
    snapshot = before if same else put_in_force(uow, code, fetched, ring)
    _settle(uow, code, State.DONE, "", snapshot.id if snapshot else None)
    return State.DONE


def _settle(
    uow: UnitOfWork, code: str, state: State, reason: str, snapshot_id: UUID | None
) -> None:
    lists = ListRepository(uow.session)
    source = lists.source(code)
    assert source is not None
    lists.lock(source)
    if state.value != source.fetch_state:
        audit.record(uow, "screening.source", f"list/{code}", data={"state": state.value})
    _note(source, state, uow)
    uow.session.add(
        ListFetch(source=code, at=uow.now, state=state, reason=reason, snapshot_id=snapshot_id)
    )


def _note(source: ListSource, state: State, uow: UnitOfWork) -> None:
    source.failures = 0 if state is State.DONE else source.failures + 1
    source.fetch_state = state.value
    source.next_fetch_at = uow.now + wait_after(source.failures)
