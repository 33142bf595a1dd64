"""Facts and what happened to them, in `registry`. Nothing here is ever changed."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class Fact(Base):
    """`origin` is what the fact was taken from; `tender_id` only for what an opening told."""

    __tablename__ = "conduct_fact"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    kind: Mapped[str]
    origin: Mapped[str]
    source: Mapped[str]
    reference: Mapped[str]
    legal_basis: Mapped[str]
    statement: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    tender_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]


class Note(Base):
    """`made_by` is nobody where the source itself took the fact back or let it end."""

    __tablename__ = "conduct_note"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    fact_id: Mapped[UUID]
    kind: Mapped[str]
    said: Mapped[str]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
