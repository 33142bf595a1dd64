from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.webhooks.models import Delivery, Webhook
from sunseal.webhooks.rules import MAX_URL, Event
from sunseal.webhooks.service import Made


class AddWebhook(Struct, forbid_unknown_fields=True):
    """Where to send, and what: public events, and your organization's own."""

    url: Annotated[str, Meta(max_length=MAX_URL, examples=["https://hooks.example.com/sunseal"])]
    events: Annotated[list[Event], Meta(min_length=1, max_length=20)]


class WebhookView(Struct, frozen=True):
    """`disabled_because` is `gone` after an answer of 410, `failing` after days without success."""

    id: UUID
    url: str
    events: list[str]
    created_at: datetime
    previous_until: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_because: str | None

    @classmethod
    def of(cls, hook: Webhook) -> Self:
        return cls(
            id=hook.id,
            url=hook.url,
            events=list(hook.events),
            created_at=hook.created_at,
            previous_until=hook.previous_until,
            failing_since=hook.failing_since,
            disabled_at=hook.disabled_at,
            disabled_because=hook.disabled_because,
        )


class SecretView(Struct, frozen=True):
    """`secret` is shown this once: give it to the library that verifies signatures."""

    webhook: WebhookView
    secret: str

    @classmethod
    def of(cls, made: Made) -> Self:
        return cls(WebhookView.of(made.webhook), made.secret)


class AskedView(Struct, frozen=True):
    """The message that will be sent; it appears among the webhook's deliveries."""

    delivery: UUID


class DeliveryView(Struct, frozen=True):
    """`last_fault` is one of address, connection, certificate, time, answer and status.

    `message` is what the request bears as `webhook-id`, also when it is sent again.
    """

    id: UUID
    message: str
    event: str
    subject: UUID
    at: datetime
    state: str
    attempts: int
    last_at: datetime | None
    last_status: int | None
    last_fault: str | None

    @classmethod
    def of(cls, row: Delivery) -> Self:
        state = "delivered" if row.delivered_at else "waiting" if row.is_waiting else "given_up"
        return cls(
            id=row.id,
            message=f"msg_{row.id.hex}",
            event=row.event,
            subject=row.subject,
            at=row.at,
            state=state,
            attempts=row.attempts,
            last_at=row.last_at,
            last_status=row.last_status,
            last_fault=row.last_fault,
        )
