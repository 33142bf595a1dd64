"""Rows that are added and never changed: see migrations/sql/82_amendments.sql."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class Amendment(Base):
    """What one person proposed; `body` is the canonical amendment, `signature` the proposer's."""

    __tablename__ = "amendment"
    __table_args__ = {"schema": "notice"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    envelope: Mapped[str]
    number: Mapped[int]
    body: Mapped[bytes]
    digest: Mapped[bytes]
    deadline: Mapped[datetime]
    not_before: Mapped[datetime]
    signature: Mapped[bytes]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    entry_id: Mapped[UUID]


class Confirmation(Base):
    """Another person's word and signature: from now on custodians are asked."""

    __tablename__ = "amendment_confirmation"
    __table_args__ = {"schema": "notice"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    amendment_id: Mapped[UUID] = mapped_column(primary_key=True)
    tender_id: Mapped[UUID]
    envelope: Mapped[str]
    number: Mapped[int]
    signature: Mapped[bytes]
    confirmed_by: Mapped[UUID]
    confirmed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    entry_id: Mapped[UUID]


class Postponement(Base):
    """That an amendment is in force since the tick at `at`. Only the database writes it."""

    __tablename__ = "postponement"
    __table_args__ = {"schema": "notice"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    amendment_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Acknowledgement(Base):
    """A custodian's signed word, byte for byte, and its entry in the log."""

    __tablename__ = "acknowledgement"
    __table_args__ = {"schema": "custody"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    amendment_id: Mapped[UUID] = mapped_column(primary_key=True)
    custodian: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    entry_id: Mapped[UUID]
    received_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
