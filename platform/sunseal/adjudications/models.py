"""What becomes of a proposed verdict. The verdict itself is mapped by the room `screening`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from sunseal.kit.appeals import Filed, Ruled
from sunseal.models import Base


class Rejection(Base):
    """A proposal that nobody else would confirm, and why."""

    __tablename__ = "adjudication_rejection"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    adjudication_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    rejected_by: Mapped[UUID]
    rejected_at: Mapped[datetime]


class VerdictAppeal(Filed, Base):
    __tablename__ = "adjudication_appeal"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    adjudication_id: Mapped[UUID]


class VerdictRuling(Ruled, Base):
    """`upheld` proposes the contrary verdict, which a further person must confirm."""

    __tablename__ = "adjudication_ruling"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012
