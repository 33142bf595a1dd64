"""One measurement, beside what it is measured against."""

import time
from collections.abc import Callable

import msgspec


class NotMeasured(Exception):
    """What was measured did not do its work."""


class Row(msgspec.Struct, frozen=True):
    """`ratio` is value over peer value; both are None where the peer is not on this machine."""

    name: str
    value: float
    unit: str
    peer: str
    peer_value: float | None = None
    ratio: float | None = None

    @classmethod
    def beside(
        cls, name: str, value: float, unit: str, peer: str, peer_value: float | None
    ) -> "Row":
        ratio = value / peer_value if peer_value else None
        return cls(name, value, unit, peer, peer_value, ratio)


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best(work: Callable[[], object], times: int = 3) -> float:
    """The shortest of several calls: what the machine's other work spares."""
    return min(seconds(work) for _ in range(times))
