"""Where alerts go: by mail, and as a signed request. Raises; the outbox repeats."""

from datetime import datetime
from uuid import UUID

from sunseal.kit import outbound, webhook
from sunseal.kit.outbound import Reach, Target
from sunseal.settings import Settings
from sunseal_crypto import canonical


class SecretMalformed(Exception):
    def __init__(self) -> None:
        least = webhook.MIN_SECRET_BYTES
        super().__init__(
            f"The webhook's secret is not whsec_ and the base64 of {least} bytes or more."
        )


def channels(settings: Settings) -> tuple[str, ...]:
    """Where alerts go in this installation."""
    named = {"email": settings.smtp_url, "webhook": settings.webhook_url}
    return tuple(channel for channel, url in named.items() if url)


def post(settings: Settings, body: str, occasion: str, alert: UUID, now: datetime) -> None:
    """Raises SecretMalformed, Undelivered. The address is the operator's own, so it may be near."""
    assert settings.webhook_secret is not None
    try:
        key = webhook.key_of(settings.webhook_secret.read_text().strip())
    except ValueError:
        raise SecretMalformed from None
    said = {
        "type": f"alert.{occasion}",
        "timestamp": now.isoformat(),
        "data": {"alert": str(alert), "text": body},
    }
    content = canonical.encode(said)
    headers = webhook.headers([key], f"msg_{alert.hex}", content, now)
    outbound.post(Target.parse(settings.webhook_url), headers, content, Reach.ANYWHERE)
