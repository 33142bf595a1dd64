"""This machine's clock: the demo asks it where a visitor would look at a watch."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the edge itself


def seconds_until(moment: datetime) -> float:
    return (moment - now()).total_seconds()
