"""What waits for a decision, and one candidate beside the entry that it may be.

Both come from the screening of firms as such: at registration, by a change of a list and each
night. A submission is screened in the sealed zone, and nothing of that comes here.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping

from sunseal.adjudications.errors import BadCursor, NoSuchCandidate
from sunseal.adjudications.repository import AdjudicationRepository
from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.screening.models import ListEntry, ListSnapshot
from sunseal.screening.rules import Decision

REVIEWERS = (Role.CENTRE, Role.SUPERVISOR)
# What a person has to look at: the rest was told apart by an identifier, or decided before.
TO_REVIEW = (Decision.NEEDS_REVIEW.value, Decision.HIT.value)


class _Place(msgspec.Struct, array_like=True):
    subject: str
    source: str
    reference: str
    scope: str


@dataclass(frozen=True, slots=True)
class QueueWish:
    decision: str | None = None
    state: str | None = None
    source: str | None = None
    organization: UUID | None = None
    after: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Side:
    """A candidate with the entry, its snapshot, and what was decided about the two before."""

    candidate: RowMapping
    entry: ListEntry
    snapshot: ListSnapshot
    history: Sequence[RowMapping]


def queue(uow: UnitOfWork, wish: QueueWish) -> Sequence[RowMapping]:
    """Candidates in the order of their names and references. Raises Forbidden, BadCursor."""
    uow.require(*REVIEWERS)
    place = _place(wish.after)
    asked: dict[str, object] = {
        "decisions": [wish.decision] if wish.decision else list(TO_REVIEW),
        "state": wish.state,
        "source": wish.source,
        "organization": wish.organization,
        "subject_after": place.subject,
        "source_after": place.source,
        "reference_after": place.reference,
        "scope_after": place.scope,
        "limit": wish.limit,
    }
    audit.record(uow, "screening.queue", "screening/candidates")
    return AdjudicationRepository(uow.session).queue(asked)


def candidate(uow: UnitOfWork, scope: str) -> Side:
    """One candidate side by side; that it was looked at is logged.

    Raises Forbidden, NoSuchCandidate.
    """
    uow.require(*REVIEWERS)
    repository = AdjudicationRepository(uow.session)
    row = repository.candidate(scope)
    found = repository.entry(UUID(row["entry"])) if row else None
    if row is None or found is None:
        raise NoSuchCandidate(scope)
    entry, snapshot = found
    audit.record(uow, "screening.read", f"organization/{row['organization_id']}")
    history = repository.history(row["organization_id"], row["source"], row["reference"])
    return Side(row, entry, snapshot, history)


def cursor(row: RowMapping) -> str:
    """The place behind a candidate, to read on from."""
    place = _Place(row["subject"], row["source"], row["reference"], row["scope"])
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _place(after: str | None) -> _Place:
    if not after:
        return _Place("", "", "", "")
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(after), type=_Place)
    except ValueError:
        raise BadCursor() from None
