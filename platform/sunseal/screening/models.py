"""Lists, snapshots and verdicts in `registry`; results tied to a tender in `sealed`."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Interval
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class ListSource(Base):
    __tablename__ = "list_source"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    required: Mapped[bool]
    max_age: Mapped[timedelta] = mapped_column(Interval())
    min_rows: Mapped[int]
    current_snapshot: Mapped[UUID | None]
    fetch_state: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0)
    next_fetch_at: Mapped[datetime | None]


class ListSnapshot(Base):
    """One import of a list, which never changes. `published_at` counts for its age."""

    __tablename__ = "list_snapshot"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    source: Mapped[str]
    sha256: Mapped[bytes]
    rows: Mapped[int]
    published_at: Mapped[datetime]
    imported_at: Mapped[datetime]
    imported_by: Mapped[UUID | None]
    previous_id: Mapped[UUID | None]


class ListFetch(Base):
    """How one attempt to fetch a list ended."""

    __tablename__ = "list_fetch"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    source: Mapped[str]
    at: Mapped[datetime]
    state: Mapped[str]
    reason: Mapped[str]
    snapshot_id: Mapped[UUID | None]


class ListEntry(Base):
    """`identifier` is a company's; of a person's number there is only a mask and a digest."""

    __tablename__ = "list_entry"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    snapshot_id: Mapped[UUID]
    reference: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    identifier: Mapped[str | None]
    mask: Mapped[str | None]
    country: Mapped[str | None]
    severity: Mapped[str]
    reason: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    by_name: Mapped[bool] = mapped_column(default=True)


class Screening(Base):
    """A firm screened as such: it names no tender, so staff may see it."""

    __tablename__ = "screening"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    at: Mapped[datetime]
    decision: Mapped[str]
    sentence: Mapped[str]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)


class TenderScreening(Base):
    """A bidder screened for one envelope: as secret as its bid. `entry_id` logs a bar."""

    __tablename__ = "screening"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    envelope: Mapped[str]
    organization_id: Mapped[UUID]
    at: Mapped[datetime]
    decision: Mapped[str]
    sentence: Mapped[str]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    entry_id: Mapped[UUID | None]


class Adjudication(Base):
    """A verdict that one person proposed; it counts once another has confirmed it."""

    __tablename__ = "adjudication"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    source: Mapped[str]
    reference: Mapped[str]
    scope: Mapped[bytes]
    verdict: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]


class Confirmation(Base):
    __tablename__ = "adjudication_confirmation"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    adjudication_id: Mapped[UUID] = mapped_column(primary_key=True)
    confirmed_by: Mapped[UUID]
    confirmed_at: Mapped[datetime]
