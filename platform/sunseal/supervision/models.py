"""The tables of `supervision`, besides what two people agree on. Nothing here is ever rewritten."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class Finding(Base):
    """`evidence` holds the entries' ids, their ticks, and figures in words."""

    __tablename__ = "finding"
    __table_args__ = {"schema": "supervision"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    rule: Mapped[str]
    fact: Mapped[bytes]
    tender_id: Mapped[UUID | None]
    sentence: Mapped[str]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    raised_at: Mapped[datetime]


class Step(Base):
    """What a finding became; the first is the rule's own and names nobody."""

    __tablename__ = "step"
    __table_args__ = {"schema": "supervision"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    finding_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str]
    taken_by: Mapped[UUID | None]
    at: Mapped[datetime]


class Notice(Base):
    """A rectification notice; `body` is the canonical JSON whose digest the log holds."""

    __tablename__ = "notice"
    __table_args__ = {"schema": "supervision"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    finding_id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    body: Mapped[bytes]
    entry_id: Mapped[UUID]


class SignIn(Base):
    """From where a person signed in, as keyed digests."""

    __tablename__ = "sign_in"
    __table_args__ = {"schema": "supervision"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID]
    address: Mapped[bytes]
    device: Mapped[bytes]
    at: Mapped[datetime]
