"""The machine's clock, read at the edge. Nothing is decided by it: the platform's clock counts."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 this is the edge
