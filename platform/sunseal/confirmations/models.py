from datetime import datetime
from uuid import UUID

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class Proposal(Base):
    """Its times are the database's own, so that no page stretches them."""

    __tablename__ = "proposal"
    __table_args__ = {"schema": "supervision"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True)
    matter: Mapped[str]
    object: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    entry_id: Mapped[UUID]


class Confirmation(Base):
    __tablename__ = "confirmation"
    __table_args__ = {"schema": "supervision"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    proposal_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    confirmed_by: Mapped[UUID]
    confirmed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    entry_id: Mapped[UUID]
