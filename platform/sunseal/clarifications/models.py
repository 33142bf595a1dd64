"""A question as its firm knows it, the copy that staff read, and what was published."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class OwnQuestion(Base):
    """In the box, beside the firm that asks; `number` is the firm's own count."""

    __tablename__ = "question"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    number: Mapped[int]
    text: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    released: Mapped[UUID | None] = mapped_column(server_default=FetchedValue())


class Question(Base):
    """The text alone, under another id. `released_at` is its batch's hour."""

    __tablename__ = "question"
    __table_args__ = {"schema": "notice"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    text: Mapped[str]
    released_at: Mapped[datetime]


class Clarification(Base):
    """`body` is what anybody downloads, byte for byte; it is added and never changed."""

    __tablename__ = "clarification"
    __table_args__ = {"schema": "notice"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tender_id: Mapped[UUID]
    number: Mapped[int]
    body: Mapped[bytes]
    digest: Mapped[bytes]
    published_at: Mapped[datetime]
