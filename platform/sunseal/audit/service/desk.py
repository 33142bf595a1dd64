"""The supervisors' look into the log, which is itself logged."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sunseal.audit.evidence import EvidenceRepository
from sunseal.audit.service.record import record
from sunseal.database import Role, UnitOfWork


@dataclass(frozen=True, slots=True)
class Query:
    """Which entries; None means any. `after` is the last entry of the page before.

    `actor` is who did it, `pseudonym` a bidder by whom or about whom it is, in base64.
    """

    tender: UUID | None = None
    actor: str | None = None
    pseudonym: str | None = None
    role: str | None = None
    action: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: UUID | None = None


def entries(uow: UnitOfWork, query: Query, limit: int) -> list[Row[Any]]:
    """Entries as rows, newest first; nobody asks without leaving an entry himself."""
    uow.require(Role.SUPERVISOR)
    asked = asdict(query)
    found = EvidenceRepository(uow.session).entries({**asked, "limit": limit})
    record(uow, "audit.query", "audit/entries", data=_spelled(asked), tender_id=query.tender)
    return found


def activity(uow: UnitOfWork, since: datetime) -> list[Row[Any]]:
    """How many entries each hour has, done and refused; an hour without any has no row."""
    uow.require(Role.SUPERVISOR)
    record(uow, "audit.query", "audit/activity", data={"since": since.isoformat()})
    return EvidenceRepository(uow.session).activity(since)


def people(uow: UnitOfWork, actors: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name and organization of those actors that are staff: for what `entries` has shown."""
    uow.require(Role.SUPERVISOR)
    return EvidenceRepository(uow.session).people(sorted(set(actors)))


def _spelled(asked: Mapping[str, object]) -> dict[str, str]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in asked.items()
        if value is not None
    }
