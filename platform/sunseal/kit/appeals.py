"""An appeal and its ruling, against whatever: a verdict, an entry of the blacklist."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from sunseal.errors import NotFound, Refused


class NoSuchAppeal(NotFound):
    def __init__(self, appeal_id: UUID) -> None:
        super().__init__(f"There is no appeal {appeal_id}.")


class AlreadyRuled(Refused):
    def __init__(self, appeal_id: UUID) -> None:
        super().__init__(f"Appeal {appeal_id} is decided already.")


class Filed:
    """The columns of an appeal; what it is against stands beside them."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    grounds: Mapped[str]
    filed_by: Mapped[UUID]
    filed_at: Mapped[datetime]


class Ruled:
    """The columns of a ruling: `upheld` or `dismissed`, and why."""

    appeal_id: Mapped[UUID] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    reason: Mapped[str]
    ruled_by: Mapped[UUID]
    ruled_at: Mapped[datetime]
