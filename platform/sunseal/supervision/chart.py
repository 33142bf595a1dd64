"""A day of the log as bars: what was done, and above it what was refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

HOURS = 24
WIDTH, HEIGHT, FOOT, HEAD = 960, 220, 28, 24
GAP = 6
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour. `x`, `width` and the heights are in the units of the picture."""

    hour: datetime
    x: float
    width: float
    done: int
    refused: int
    done_height: float
    refused_height: float
    labelled: bool


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    floor: int
    bars: list[Bar]
    most: int
    done: int
    refused: int


def first_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) - (HOURS - 1) * HOUR


def of(rows: Iterable[Any], now: datetime) -> Chart:
    """`rows` have hour, done and refused; an hour without a row had nothing."""
    counted = {row.hour: (row.done, row.refused) for row in rows}
    hours = [first_hour(now) + place * HOUR for place in range(HOURS)]
    counts = [counted.get(hour, (0, 0)) for hour in hours]
    most = max(1, *(done + refused for done, refused in counts))
    room, step = HEIGHT - FOOT - HEAD, WIDTH / HOURS
    bars = [
        Bar(
            hour=hour,
            x=place * step + GAP / 2,
            width=step - GAP,
            done=done,
            refused=refused,
            done_height=room * done / most,
            refused_height=room * refused / most,
            labelled=place % 3 == 0,
        )
        for place, (hour, (done, refused)) in enumerate(zip(hours, counts, strict=True))
    ]
    done, refused = (sum(each) for each in zip(*counts, strict=True))
    return Chart(WIDTH, HEIGHT, HEIGHT - FOOT, bars, most, done, refused)
