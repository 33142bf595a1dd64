from datetime import datetime
from typing import Self
from uuid import UUID

from msgspec import Struct

from sunseal.screening.models import ListFetch, ListSnapshot
from sunseal.screening.rules import Source


class SnapshotView(Struct, frozen=True):
    id: UUID
    source: str
    sha256: bytes
    rows: int
    published_at: datetime
    imported_at: datetime

    @classmethod
    def of(cls, snapshot: ListSnapshot) -> Self:
        return cls(
            snapshot.id,
            snapshot.source,
            snapshot.sha256,
            snapshot.rows,
            snapshot.published_at,
            snapshot.imported_at,
        )


class ListView(Struct, frozen=True):
    source: str
    title: str
    required: bool
    state: str
    max_age_seconds: int
    snapshot: UUID | None
    sha256: bytes | None
    rows: int | None
    published_at: datetime | None
    failures: int
    next_fetch_at: datetime | None

    @classmethod
    def of(cls, each: Source) -> Self:
        return cls(
            source=each.source.code,
            title=each.source.title,
            required=each.source.required,
            state=each.state,
            max_age_seconds=int(each.source.max_age.total_seconds()),
            snapshot=each.snapshot.id if each.snapshot else None,
            sha256=bytes(each.snapshot.sha256) if each.snapshot else None,
            rows=each.snapshot.rows if each.snapshot else None,
            published_at=each.snapshot.published_at if each.snapshot else None,
            failures=each.source.failures,
            next_fetch_at=each.source.next_fetch_at,
        )


class FetchView(Struct, frozen=True):
    at: datetime
    state: str
    reason: str
    snapshot: UUID | None


class ListHistoryView(Struct, frozen=True):
    """A list's snapshots and how it was last fetched, newest first."""

    snapshots: list[SnapshotView]
    fetches: list[FetchView]

    @classmethod
    def of(cls, snapshots: list[ListSnapshot], fetches: list[ListFetch]) -> Self:
        return cls(
            [SnapshotView.of(each) for each in snapshots],
            [FetchView(each.at, each.state, each.reason, each.snapshot_id) for each in fetches],
        )
