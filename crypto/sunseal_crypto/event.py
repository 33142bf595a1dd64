"""What one entry of the access log says: who did what to which thing, and how it ended."""

from datetime import datetime
from typing import Literal

import msgspec

from sunseal_crypto import canonical

Outcome = Literal["done", "refused"]


class LogEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`actor` is a person's id, a pseudonym in base64, or a service; `object` a path such as
    `tender/<uuid>/envelope/1`; `data` holds the facts that proofs rest on, as text."""

    version: Literal["sunseal/event/v1"]
    id: str
    at: datetime
    actor: str
    role: str
    action: str
    object: str
    outcome: Outcome
    reason: str
    data: dict[str, str]


def encode(event: LogEvent) -> bytes:
    """The detail that the entry's commitment hides."""
    return canonical.encode(event)


def decode(detail: bytes) -> LogEvent:
    """Raises Malformed."""
    return canonical.decode(LogEvent, detail)
