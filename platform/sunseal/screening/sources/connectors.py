"""What a place is that a list can be fetched from, and how it may fail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sunseal.screening.sources.entries import Row

# The breaker: after a failure the next call waits, each time twice as long, so that a registry in
# trouble is left alone; one call is let through at a time, and one success closes the breaker.
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
REFRESH = timedelta(hours=1)


class State(StrEnum):
    """How a source stands; nothing but `done` can make anybody clear."""

    DONE = "done"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    STALE = "stale"
    ERROR = "error"


class SourceFailed(Exception):
    """Nothing usable came; `reason` quotes nothing that the source sent."""

    def __init__(self, state: State, reason: str) -> None:
        self.state = state
        self.reason = reason
        super().__init__(f"{state}: {reason}")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole list as its owner published it at one time."""

    rows: list[Row]
    sha256: bytes
    published_at: datetime


class Connector(Protocol):
    """Something that a list comes from. It is asked for all of it, never for one name."""

    @property
    def source(self) -> str:
        """The code of the list that it feeds."""
        ...

    def fetch(self) -> Fetched:
        """Raises SourceFailed."""
        ...


def wait_after(failures: int) -> timedelta:
    """How long to leave a source alone that has failed so often in a row."""
    if failures == 0:
        return REFRESH
    doublings = min(failures - 1, 10)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))
