"""Addresses and what was sent to them: one shape on both sides of the house.

The desk's rows are in `registry`, bidders' in `sealed`, where no statement of a desk page reaches.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from sunseal.database import Role
from sunseal.models import Base


class Webhook(Base):
    """`secret` and `previous` are sealed to the worker; `previous` signs too until its time."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    secret: Mapped[bytes]
    previous: Mapped[bytes | None]
    previous_until: Mapped[datetime | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_because: Mapped[str | None]
    removed_at: Mapped[datetime | None]


class Delivery(Base):
    """One message to one address. `at` is when its event was, `asked_at` when to send it again."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    webhook_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    event: Mapped[str]
    subject: Mapped[UUID]
    at: Mapped[datetime]
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    attempts: Mapped[int]
    last_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_fault: Mapped[str | None]
    delivered_at: Mapped[datetime | None]
    abandoned_at: Mapped[datetime | None]

    @property
    def is_waiting(self) -> bool:
        return self.delivered_at is None and self.abandoned_at is None

    @property
    def is_asked_for(self) -> bool:
        """Its owner wants it once more, and it has not been sent since."""
        return self.asked_at is not None and (self.last_at is None or self.last_at <= self.asked_at)


class StaffWebhook(Webhook):
    __tablename__ = "webhook"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012 - SQLAlchemy reads it from the class


class StaffDelivery(Delivery):
    __tablename__ = "webhook_delivery"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012


class FirmWebhook(Webhook):
    __tablename__ = "webhook"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012


class FirmDelivery(Delivery):
    __tablename__ = "webhook_delivery"
    __table_args__ = {"schema": "sealed"}  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class Side:
    webhook: type[Webhook]
    delivery: type[Delivery]


STAFF = Side(StaffWebhook, StaffDelivery)
FIRMS = Side(FirmWebhook, FirmDelivery)
SIDES = (STAFF, FIRMS)


def side_of(role: Role) -> Side:
    return FIRMS if role is Role.BIDDER else STAFF
