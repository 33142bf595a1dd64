"""The tables of the zone `custody`."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class Ceremony(Base):
    """One attempt at an envelope's key. `roster` and `notice` are the bytes the terms hash."""

    __tablename__ = "ceremony"
    __table_args__ = {"schema": "custody"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    envelope: Mapped[str]
    attempt: Mapped[int]
    state: Mapped[str]
    terms: Mapped[bytes]
    session: Mapped[bytes]
    roster: Mapped[bytes]
    notice: Mapped[bytes]
    certificate: Mapped[bytes | None]
    certificate_entry: Mapped[UUID | None]
    failure: Mapped[str | None]
    culprit: Mapped[int | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CeremonyMessage(Base):
    """What a custodian posted at a step, byte for byte."""

    __tablename__ = "ceremony_message"
    __table_args__ = {"schema": "custody"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    ceremony_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    custodian: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    received_at: Mapped[datetime]


class Presence(Base):
    """When a custodian or witness last polled."""

    __tablename__ = "presence"
    __table_args__ = {"schema": "custody"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    clock_offset_ms: Mapped[int]


class Contact(Base):
    """Whom to call at a custodian's or witness's; the newest row of a name counts."""

    __tablename__ = "contact"
    __table_args__ = {"schema": "custody"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    person: Mapped[str]
    phone: Mapped[str]
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ReleaseRequest(Base):
    """What the worker asks of the custodians from not-before on; `digest` is the body's SHA-256."""

    __tablename__ = "release_request"
    __table_args__ = {"schema": "custody"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    envelope: Mapped[str]
    number: Mapped[int]
    body: Mapped[bytes] = mapped_column(deferred=True)  # up to hundreds of megabytes
    digest: Mapped[bytes]
    box_entry: Mapped[UUID]
    request_entry: Mapped[UUID]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class ReleaseAnswer(Base):
    """What one custodian said to a request: first a commitment, then the answer, or a refusal."""

    __tablename__ = "release_answer"
    __table_args__ = {"schema": "custody"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    custodian: Mapped[int] = mapped_column(primary_key=True)
    commitment: Mapped[bytes | None]
    commitment_entry: Mapped[UUID | None]
    answer: Mapped[bytes | None] = mapped_column(deferred=True)
    refusal: Mapped[bytes | None]
    refused_rule: Mapped[str | None]
    updated_at: Mapped[datetime]
