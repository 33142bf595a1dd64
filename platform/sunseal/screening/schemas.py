from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.screening.models import Adjudication, ListSnapshot
from sunseal.screening.rules import Source

# The same for everybody until two people have decided, so that it tells nothing.
STANDING = (
    "Every registered firm is checked against the required lists, at registration, at each "
    "submission and at the opening. You are told when a decision has been made about you."
)
APPEAL = "You may appeal to the supervising authority named in the notice, in writing."


class Propose(Struct, forbid_unknown_fields=True):
    organization_id: UUID
    source: str
    reference: str
    verdict: Literal["hit", "clear"]
    reason: Annotated[str, Meta(min_length=1, max_length=4000)]


class SnapshotView(Struct, frozen=True):
    id: UUID
    source: str
    sha256: bytes
    rows: int
    imported_at: datetime

    @classmethod
    def of(cls, snapshot: ListSnapshot) -> Self:
        return cls(
            snapshot.id, snapshot.source, snapshot.sha256, snapshot.rows, snapshot.imported_at
        )


class ListView(Struct, frozen=True):
    source: str
    title: str
    required: bool
    state: str
    max_age_seconds: int
    rows: int | None
    published_at: datetime | None

    @classmethod
    def of(cls, each: Source) -> Self:
        return cls(
            source=each.source.code,
            title=each.source.title,
            required=each.source.required,
            state=each.state,
            max_age_seconds=int(each.source.max_age.total_seconds()),
            rows=each.snapshot.rows if each.snapshot else None,
            published_at=each.snapshot.published_at if each.snapshot else None,
        )


class ProposalView(Struct, frozen=True):
    id: UUID
    organization_id: UUID
    source: str
    reference: str
    verdict: str
    reason: str

    @classmethod
    def of(cls, row: Adjudication) -> Self:
        return cls(row.id, row.organization_id, row.source, row.reference, row.verdict, row.reason)


class DecisionView(Struct, frozen=True):
    source: str
    reference: str
    reason: str


class StandingView(Struct, frozen=True):
    """What a firm is told about itself."""

    message: str
    decisions: list[DecisionView]
    appeal: str | None

    @classmethod
    def of(cls, hits: list[Adjudication]) -> Self:
        decisions = [DecisionView(hit.source, hit.reference, hit.reason) for hit in hits]
        return cls(STANDING, decisions, APPEAL if hits else None)
