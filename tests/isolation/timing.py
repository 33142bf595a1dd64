"""Whether answers take longer where there are bids: pairs of requests, and a classifier's AUC."""

import random
import time
from collections.abc import Callable
from statistics import NormalDist

from tests.isolation.installation import Installation

# With equal times a classifier is right half the time; this much more is its luck.
AUC = 0.55
PATHS = ("", "/opening", "/envelopes/1/certificate")


def samples(one: Installation, other: Installation, pairs: int) -> tuple[list[float], list[float]]:
    """Seconds of the same requests to both, in pairs whose order is drawn."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(pairs):
        path = PATHS[number % len(PATHS)]
        order = [0, 1]
        random.shuffle(order)
        for which in order:
            asked = (one, other)[which]
            place = f"/api/v1/tenders/{asked.world.tender}{path}"
            taken[which].append(_seconds(lambda asked=asked, place=place: asked.ask("GET", place)))  # type: ignore[misc]
    return taken


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def auc(first: list[float], second: list[float]) -> float:
    """How often the best threshold classifier ranks a pair rightly, within each path; 0.5 is blind.

    The average over paths of Mann and Whitney's statistic, whichever way it points.
    """
    found: list[float] = [
        _ranked(first[path :: len(PATHS)], second[path :: len(PATHS)]) for path in range(len(PATHS))
    ]
    mean: float = sum(found) / len(found)
    return 0.5 + abs(mean - 0.5)


def _ranked(first: list[float], second: list[float]) -> float:
    marked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    ranks: int = sum(rank for rank, (_, side) in enumerate(marked, 1) if side)
    better: float = ranks - len(second) * (len(second) + 1) / 2
    return float(better / (len(first) * len(second)))


def bound(pairs: int) -> float:
    """AUC, and what chance adds to it in so small a sample, once in a hundred thousand runs."""
    deviation: float = ((2 * pairs + 1) / (12 * pairs * pairs)) ** 0.5
    return AUC + NormalDist().inv_cdf(1 - 1e-5) * deviation
