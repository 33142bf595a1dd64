from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class ActRow(Base):
    """An act's bytes. `opened.enter_act` writes it; whatever else is in the row is read out of
    `body` by the database."""

    __tablename__ = "act"
    __table_args__ = {"schema": "opened"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tender_id: Mapped[UUID]
    kind: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[bytes]
    entry_id: Mapped[UUID]
