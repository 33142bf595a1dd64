"""What the desk reads. Who holds a ticket is in a table that no role reads, and has no model."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class Ticket(Base):
    __tablename__ = "ticket"
    __table_args__ = {"schema": "help"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    category: Mapped[str]
    turn: Mapped[int]
    opened_at: Mapped[datetime]


class Word(Base):
    """A question, an answer, or the closing of a ticket; nothing here is ever changed."""

    __tablename__ = "word"
    __table_args__ = {"schema": "help"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    ticket_id: Mapped[UUID]
    kind: Mapped[str]
    text: Mapped[str]
    said_by: Mapped[UUID | None]
    said_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
