"""What leaves the box, and the leaves of the box itself.

`sealed.gate` and the bidders' rows are mapped by the room `bids`, the requests to custodians and
their answers by `custody`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, BigInteger, Identity, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class BoxLeaf(Base):
    """A leaf at its secret place; a pad has no joining, a leaf without a bid no submission."""

    __tablename__ = "box_leaf"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    tender_id: Mapped[UUID] = mapped_column(primary_key=True)
    envelope: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    nonce: Mapped[bytes]
    detail: Mapped[bytes]
    submission_id: Mapped[UUID | None]
    joining_id: Mapped[UUID | None]


class Share(Base):
    """A custodian's word as it was judged: `body` is the SignedAnswer, good without a `fault`."""

    __tablename__ = "share"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    custodian: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[bytes]
    body: Mapped[bytes | None]
    fault: Mapped[str | None]


class OpenedBid(Base):
    """A bidder's leaf after the opening. The public reads what is not deferred."""

    __tablename__ = "bid"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    tender_id: Mapped[UUID] = mapped_column(primary_key=True)
    envelope: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[bytes | None] = mapped_column(deferred=True)
    organization_id: Mapped[UUID | None]
    organization_name: Mapped[str | None]
    outcome: Mapped[str]
    reason: Mapped[str]
    price: Mapped[str | None]
    currency: Mapped[str | None]
    manifest: Mapped[bytes | None] = mapped_column(deferred=True)
    manifest_signature: Mapped[bytes | None] = mapped_column(deferred=True)
    opened_at: Mapped[datetime]


class OpenedDocument(Base):
    """A document of an opened bid; `objects` are its pieces in the storage, in order."""

    __tablename__ = "document"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    envelope: Mapped[str]
    position: Mapped[int]
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    objects: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))


class Record(Base):
    __tablename__ = "record"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    tender_id: Mapped[UUID] = mapped_column(primary_key=True)
    envelope: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(deferred=True)
    final: Mapped[bool]
    entry_id: Mapped[UUID]
    created_at: Mapped[datetime]


class ReleasedAnswer(Base):
    """A custodian's signed answer, as evidence: points and a proof."""

    __tablename__ = "answer"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    tender_id: Mapped[UUID] = mapped_column(primary_key=True)
    envelope: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    custodian: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes]


class ErasureRow(Base):
    """A custodian's word that its part of a key is gone, as it came."""

    __tablename__ = "erasure"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    tender_id: Mapped[UUID] = mapped_column(primary_key=True)
    envelope: Mapped[str] = mapped_column(primary_key=True)
    custodian: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    entry_id: Mapped[UUID]
    at: Mapped[datetime]


class AnnexRow(Base):
    """Headers of a tender's revoked bids, encrypted; `leaves` are `envelope/position`."""

    __tablename__ = "annex"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    tender_id: Mapped[UUID] = mapped_column(primary_key=True)
    leaves: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    body: Mapped[bytes]
    made_at: Mapped[datetime]


class Ending(Base):
    """What is deleted after an opening, and when it was."""

    __tablename__ = "ending"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    tender_id: Mapped[UUID] = mapped_column(primary_key=True)
    envelope: Mapped[str] = mapped_column(primary_key=True)
    final_at: Mapped[datetime]
    appeals_end: Mapped[datetime]
    keep_until: Mapped[datetime]
    answers_deleted_at: Mapped[datetime | None]
    bids_deleted_at: Mapped[datetime | None]


class Wanted(Base):
    """A bid whose stored bytes are missing or wrong, by the statement that says which are right."""

    __tablename__ = "wanted"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    envelope: Mapped[str]
    position: Mapped[int]
    statement: Mapped[bytes]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    since: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Supply(Base):
    """Bytes on their way in for one of these; verified, the bid is opened from them."""

    __tablename__ = "supply"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True)
    wanted_id: Mapped[UUID]
    begun_at: Mapped[datetime]
    verified_at: Mapped[datetime | None] = mapped_column(default=None)


class SupplyPiece(Base):
    """Announced before its object is written, and counted once it is `stored`."""

    __tablename__ = "supply_piece"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    supply_id: Mapped[UUID] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True)
    arrived_at: Mapped[datetime]
    stored: Mapped[bool]


class HallEvent(Base):
    __tablename__ = "hall_event"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tender_id: Mapped[UUID]
    kind: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime]
