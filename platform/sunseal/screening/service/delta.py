"""What a new list changed, and whom it concerns: those are screened first, then everybody else.

Everybody, because a clear names the snapshot that it rests on, and that is no longer in force; and
all firms rather than those that bid, because a query must not tell who is bidding.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sunseal.database import Role, UnitOfWork
from sunseal.screening import identity, names
from sunseal.screening.models import ListSnapshot
from sunseal.screening.repository import DeltaRepository, ListRepository, Touched

# The others come when those whom the change concerns have had their turn.
LATER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Delta:
    """References of entries by what happened to them since the snapshot before."""

    snapshot: ListSnapshot
    added: list[str]
    changed: list[str]
    removed: list[str]


def delta(uow: UnitOfWork, snapshot_id: UUID) -> Delta | None:
    """None for a snapshot that does not exist; everything is new in the first of a list."""
    uow.require(Role.CENTRE, Role.OPERATOR, Role.SUPERVISOR, Role.WORKER)
    snapshot = ListRepository(uow.session).snapshot(snapshot_id)
    if snapshot is None:
        return None
    touched = DeltaRepository(uow.session).touched(snapshot)
    gone = {each.reference for each in touched if not each.new}
    came = {each.reference for each in touched if each.new}
    return Delta(snapshot, sorted(came - gone), sorted(came & gone), sorted(gone - came))


def rescreen(uow: UnitOfWork, snapshot_id: UUID) -> int:
    """Asks for every firm to be screened, and returns how many the change concerns."""
    uow.require(Role.WORKER)
    snapshot = ListRepository(uow.session).snapshot(snapshot_id)
    if snapshot is None:
        return 0
    deltas = DeltaRepository(uow.session)
    concerned = _concerned(deltas, deltas.touched(snapshot)) | deltas.numbered(snapshot)
    deltas.ask(sorted(concerned), uow.now, uow.now)
    deltas.ask(None, uow.now, uow.now + LATER)
    return len(concerned)


def _concerned(deltas: DeltaRepository, touched: Iterable[Touched]) -> set[UUID]:
    identifiers = {each.identifier for each in touched if each.identifier}
    keys = {(each.subject, each.name_key) for each in touched}
    return {
        known.organization_id
        for known in deltas.subjects()
        if (known.identifier and not identifiers.isdisjoint(identity.spellings(known.identifier)))
        or (known.subject, names.key(known.subject, known.name)) in keys
    }
