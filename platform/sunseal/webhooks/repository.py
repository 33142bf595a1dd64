"""The SQL of webhooks: the same statements on the tables of either side."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Uuid, delete, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.orm import Session

from sunseal.webhooks.facts import FACTS, OWNED
from sunseal.webhooks.models import SIDES, Delivery, Side, Webhook
from sunseal.webhooks.rules import TEST, Event

ADMINISTRATORS = text("""
    select email from registry.person
    where organization_id = :organization and administrator and disabled_at is null order by email
""")
COLUMNS = ["id", "webhook_id", "organization_id", "event", "subject", "at", "created_at"]
NAMES = ("since", "now", "near", "size")
FACT_COLUMNS: dict[str, Any] = {
    "subject": Uuid(),
    "at": DateTime(timezone=True),
    "organization_id": Uuid(),
}


class WebhookRepository:
    """`side` says whose tables; the rights to them are the unit's role's."""

    def __init__(self, session: Session, side: Side) -> None:
        self._session, self._side = session, side

    def add(self, webhook: Webhook) -> None:
        self._session.add(webhook)
        self._session.flush()

    def of(self, organization_id: UUID) -> Sequence[Webhook]:
        """Those that were not removed, the oldest first."""
        hook = self._side.webhook
        query = select(hook).where(
            hook.organization_id == organization_id, hook.removed_at.is_(None)
        )
        return self._session.scalars(query.order_by(hook.created_at, hook.id)).all()

    def get(self, webhook_id: UUID) -> Webhook | None:
        return self._session.get(self._side.webhook, webhook_id)

    def deliveries(self, webhook_id: UUID, limit: int) -> Sequence[Delivery]:
        """The newest first."""
        row = self._side.delivery
        query = select(row).where(row.webhook_id == webhook_id)
        newest = query.order_by(row.created_at.desc(), row.id).limit(limit)
        return self._session.scalars(newest).all()

    def delivery(self, delivery_id: UUID) -> Delivery | None:
        return self._session.get(self._side.delivery, delivery_id)

    def add_test(self, delivery_id: UUID, webhook: Webhook, at: datetime) -> None:
        """A test's subject is the address itself."""
        row = {
            "id": delivery_id,
            "webhook_id": webhook.id,
            "organization_id": webhook.organization_id,
            "event": TEST,
            "subject": webhook.id,
            "at": at,
            "created_at": at,
        }
        self._session.execute(insert(self._side.delivery), row)

    def newest_test(self, webhook_id: UUID) -> datetime | None:
        row = self._side.delivery
        tests = select(func.max(row.created_at)).where(
            row.webhook_id == webhook_id, row.event == TEST
        )
        return self._session.scalar(tests)

    def lock(self, delivery_id: UUID) -> Delivery | None:
        """For what an attempt changes."""
        return self._session.get(self._side.delivery, delivery_id, with_for_update=True)

    def is_used(self) -> bool:
        hook = self._side.webhook
        wanted = select(hook.id).where(hook.disabled_at.is_(None), hook.removed_at.is_(None))
        return self._session.scalar(wanted.limit(1)) is not None

    def add_deliveries(self, event: Event, known: Mapping[str, object]) -> Sequence[UUID]:
        """A row for each address that is to hear of a fact and has not: their ids.

        An address hears of nothing that was before it, and what is somebody's own goes to them
        alone.
        """
        hook, row = self._side.webhook, self._side.delivery
        names = [name for name in NAMES if f":{name}" in FACTS[event]]
        found = text(FACTS[event]).bindparams(**{name: known[name] for name in names})
        fact = found.columns(**FACT_COLUMNS).subquery()
        query = select(
            func.gen_random_uuid(),
            hook.id,
            hook.organization_id,
            literal(event.value),
            fact.c.subject,
            fact.c.at,
            literal(known["now"], DateTime(timezone=True)),
        ).join_from(hook, fact, fact.c.at >= hook.created_at)
        query = query.where(
            hook.events.contains([event.value]),
            hook.disabled_at.is_(None),
            hook.removed_at.is_(None),
        )
        if event in OWNED:
            query = query.where(fact.c.organization_id == hook.organization_id)
        made = insert_once(row).from_select(COLUMNS, query).on_conflict_do_nothing()
        return self._session.scalars(made.returning(row.id)).all()

    def forget(self, before: datetime) -> None:
        self._session.execute(
            delete(self._side.delivery).where(self._side.delivery.created_at < before)
        )

    def administrators(self, organization_id: UUID) -> list[str]:
        return list(self._session.scalars(ADMINISTRATORS, {"organization": organization_id}))


def side_of_delivery(session: Session, delivery_id: UUID) -> Side | None:
    """The worker's question: a message about an errand names no side."""
    for side in SIDES:
        if session.get(side.delivery, delivery_id) is not None:
            return side
    return None
