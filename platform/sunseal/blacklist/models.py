"""The district's blacklist in `registry`: decisions, confirmations, appeals and rulings."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from sunseal.kit.appeals import Filed, Ruled
from sunseal.models import Base


class Penalty(Base):
    """An entry of the blacklist, as one person proposed it from a penalty decision."""

    __tablename__ = "blacklist_entry"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    decision_number: Mapped[str]
    authority: Mapped[str]
    organization_id: Mapped[UUID | None]
    subject: Mapped[str]
    name: Mapped[str]
    identifier: Mapped[str | None]
    mask: Mapped[str | None]
    severity: Mapped[str]
    reason: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]


class PenaltyConfirmation(Base):
    __tablename__ = "blacklist_confirmation"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    confirmed_by: Mapped[UUID]
    confirmed_at: Mapped[datetime]


class Appeal(Filed, Base):
    __tablename__ = "blacklist_appeal"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    entry_id: Mapped[UUID]


class Ruling(Ruled, Base):
    """`upheld` strikes the entry out; `dismissed` leaves it until its day."""

    __tablename__ = "blacklist_ruling"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012
