"""What is published in answer, byte for byte as anybody downloads it."""

from datetime import datetime
from typing import Literal

from msgspec import Struct


class Published(Struct, frozen=True, forbid_unknown_fields=True):
    """`question` is as the tendering side worded it; empty where nobody asked."""

    version: Literal["sunseal/clarification/v1"]
    origin: str
    tender: str
    number: int
    question: str
    answer: str
    published_at: datetime
