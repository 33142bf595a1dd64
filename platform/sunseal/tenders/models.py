"""The tables of the zone `notice`."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class Tender(Base):
    """What is bought and when. Everything but the status and its times is fixed after the draft."""

    __tablename__ = "tender"
    __table_args__ = {"schema": "notice"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    tendering_party_id: Mapped[UUID]
    tendering_party_name: Mapped[str]
    agent_id: Mapped[UUID | None]
    agent_name: Mapped[str | None]
    status: Mapped[str]
    statutory: Mapped[bool]
    deadline: Mapped[datetime]
    not_before: Mapped[datetime]
    minimum_bids: Mapped[int]
    threshold: Mapped[int]
    box_size: Mapped[int]
    currency: Mapped[str]
    ceiling_price: Mapped[str | None]
    notice: Mapped[bytes | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    publish_requested_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]


class Document(Base):
    """A tender document; `objects` are its pieces in the storage, in order."""

    __tablename__ = "document"
    __table_args__ = {"schema": "notice"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes]
    objects: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    added_at: Mapped[datetime]


class Envelope(Base):
    """A part that opens by itself; it has its key once the tender is published."""

    __tablename__ = "envelope"
    __table_args__ = {"schema": "notice"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    tender_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    lot: Mapped[str]
    part: Mapped[str]
    recipient: Mapped[str | None]
    certificate: Mapped[bytes | None]
