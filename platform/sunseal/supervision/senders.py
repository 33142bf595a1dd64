"""Where alerts go: by mail, and as a signed request. Raises; the outbox repeats."""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

import httpx

from sunseal.settings import Settings
from sunseal_crypto import canonical
from sunseal_crypto.framing import fields

SECONDS = 10.0
SIGNATURE = "X-Sunseal-Signature"
TIME = "X-Sunseal-Time"
LABEL = b"sunseal/webhook/v1"
MIN_SECRET_BYTES = 16


class SecretTooShort(Exception):
    def __init__(self) -> None:
        super().__init__(f"The webhook's secret has fewer than {MIN_SECRET_BYTES} bytes.")


def channels(settings: Settings) -> tuple[str, ...]:
    """Where alerts go in this installation."""
    named = {"email": settings.smtp_url, "webhook": settings.webhook_url}
    return tuple(channel for channel, url in named.items() if url)


def post(settings: Settings, body: str, occasion: str, alert: UUID, now: datetime) -> None:
    """A request whose header proves whom it is from and when. Raises HTTPError."""
    assert settings.webhook_secret is not None
    secret = settings.webhook_secret.read_bytes().strip()
    if len(secret) < MIN_SECRET_BYTES:
        raise SecretTooShort
    said = {"alert": str(alert), "occasion": occasion, "text": body}
    content = canonical.encode(said)
    time = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        TIME: time,
        SIGNATURE: sign(secret, time, content),
    }
    answer = httpx.post(settings.webhook_url, content=content, headers=headers, timeout=SECONDS)
    answer.raise_for_status()


def sign(secret: bytes, time: str, content: bytes) -> str:
    """The time is signed too, so that an old request is not sent again as a new one."""
    message = fields(LABEL, time.encode(), content)
    return "sha256=" + hmac.new(secret, message, hashlib.sha256).hexdigest()
