"""When the log may show what it hid."""

from collections.abc import Iterable
from datetime import datetime

# A tender whose gate is in one of these states has no secret left in the log.
OVER = ("opened", "failed", "cancelled")

MAX_PAGE = 500


def seeds_shown_before(published: Iterable[datetime], now: datetime) -> datetime:
    """Ticks made before this time may show their seeds: no secret bid can be in them.

    `published` says since when each tender that is not over takes bids. With the seed everybody
    sees how many slots are taken, so a single sealed tender keeps all its ticks shut.
    """
    return min(published, default=now)
