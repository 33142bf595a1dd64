"""The box as rows. Nothing here points out of `sealed`: see migrations/sql/60_sealed.sql."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class State(StrEnum):
    """What became of a statement.

    FINALISED is promised while its digest is still being computed. A REPLACED or WITHDRAWN bid was
    superseded by a later statement; a VOID one was committed and never finalised.
    """

    COMMITTED = "committed"
    FINALISED = "finalised"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    VOID = "void"


# What belongs to the chain of a pseudonym. A refused statement that a later one already follows
# stays a link as well; see `repository.chain`.
JOINED = (State.FINALISED, State.ACCEPTED, State.REPLACED, State.WITHDRAWN)


class Gate(Base):
    """One envelope's box: until when it takes bids, and under which key and terms."""

    __tablename__ = "gate"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    tender_id: Mapped[UUID] = mapped_column(primary_key=True)
    envelope: Mapped[str] = mapped_column(primary_key=True)
    deadline: Mapped[datetime]
    not_before: Mapped[datetime]
    minimum_bids: Mapped[int]
    box_size: Mapped[int]
    terms: Mapped[bytes]
    recipient: Mapped[str]
    key_id: Mapped[bytes]
    state: Mapped[str]
    next_check_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    box_root: Mapped[bytes | None]
    box_entry: Mapped[UUID | None]
    valid_until: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")


class Membership(Base):
    """An organization under its pseudonym in one envelope: the row of a joining."""

    __tablename__ = "joining"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    envelope: Mapped[str]
    organization_id: Mapped[UUID]
    person_id: Mapped[UUID]
    pseudonym: Mapped[bytes]
    statement: Mapped[bytes]
    signature: Mapped[bytes]
    signing_key: Mapped[bytes]
    joined_at: Mapped[datetime]


class Submission(Base):
    """A signed statement and what became of it. `header_object` is named before it is written."""

    __tablename__ = "submission"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    joining_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    action: Mapped[str]
    sequence: Mapped[int]
    statement: Mapped[bytes]
    signature: Mapped[bytes]
    digest: Mapped[bytes]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    state: Mapped[str]
    upload_id: Mapped[UUID | None]
    header_object: Mapped[UUID | None]
    header_size: Mapped[int | None]
    committed_at: Mapped[datetime]
    finalised_at: Mapped[datetime | None]
    entry_id: Mapped[UUID | None]
    promise: Mapped[str | None]
    refusal: Mapped[str | None]
    refusal_entry: Mapped[UUID | None]


class Upload(Base):
    """Where the bytes of a committed statement arrive."""

    __tablename__ = "upload"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    submission_id: Mapped[UUID]
    length: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Segment(Base):
    """Bytes `start` to `start + size` of a sealed file, in an object that never changes."""

    __tablename__ = "segment"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012

    upload_id: Mapped[UUID] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    size: Mapped[int]
    sha256: Mapped[bytes]
    object: Mapped[UUID]
    organization_id: Mapped[UUID]
