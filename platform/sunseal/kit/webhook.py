"""Signed requests as the Standard Webhooks specification 1.0.0 has them (symmetric, `v1`).

Any library of that specification verifies them: https://www.standardwebhooks.com.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32
MIN_SECRET_BYTES = 24


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """As its owner gives it to a library."""
    return PREFIX + base64.b64encode(secret).decode()


def key_of(text: str) -> bytes:
    """Raises ValueError for what is no secret of the specification: too short, or misspelt."""
    if not text.startswith(PREFIX):
        raise ValueError(f"not {PREFIX}…")
    key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    if len(key) < MIN_SECRET_BYTES:
        raise ValueError(f"fewer than {MIN_SECRET_BYTES} bytes")
    return key


def headers(keys: Sequence[bytes], name: str, body: bytes, now: datetime) -> dict[str, str]:
    """`name` stays the same when a message is sent again, `now` is that of this attempt.

    With a second key, during a change of secrets, either signature verifies.
    """
    time = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "Sunseal",
        "webhook-id": name,
        "webhook-timestamp": time,
        "webhook-signature": " ".join(sign(key, name, time, body) for key in keys),
    }


def sign(key: bytes, name: str, time: str, body: bytes) -> str:
    """The time is signed too, so that an old request is not sent again as a new one."""
    message = b".".join((name.encode(), time.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
