"""What the room of webhooks answers when it says no.

Invalid 422
├── UnusableAddress
└── UnusableEvents
NotFound 404
├── NoSuchWebhook
└── NoSuchDelivery
Refused 409
├── AskedTooSoon
├── TooManyWebhooks
└── WebhookOff
"""

from collections.abc import Sequence
from uuid import UUID

from sunseal.errors import Invalid, NotFound, Refused

# By what is wrong with an address.
REASONS = {
    "syntax": "it is not written as an address",
    "length": "it is longer than 500 characters",
    "https": "it does not begin with https",
    "port": "its port is neither 443 nor 8443",
    "host": "it names no host on the public network",
}


class UnusableAddress(Invalid):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Nothing can be sent to this address: {REASONS[reason]}.")


class UnusableEvents(Invalid):
    def __init__(self, unknown: Sequence[str], allowed: Sequence[str]) -> None:
        self.unknown, self.allowed = ", ".join(unknown) or "-", ", ".join(allowed)
        super().__init__(f"You can hear of {self.allowed}, and not of {self.unknown}.")


class NoSuchWebhook(NotFound):
    def __init__(self, webhook_id: UUID) -> None:
        self.webhook_id = webhook_id
        super().__init__(f"Your organization has no webhook {webhook_id}.")


class NoSuchDelivery(NotFound):
    def __init__(self, delivery_id: UUID) -> None:
        self.delivery_id = delivery_id
        super().__init__(f"Your organization was sent no message {delivery_id}.")


class TooManyWebhooks(Refused):
    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"An organization has {most} webhooks at most: remove one first.")


class AskedTooSoon(Refused):
    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"Between two messages that you ask for are {seconds} seconds: wait.")


class WebhookOff(Refused):
    def __init__(self, webhook_id: UUID) -> None:
        self.webhook_id = webhook_id
        super().__init__(f"Webhook {webhook_id} is switched off: switch it on again first.")
