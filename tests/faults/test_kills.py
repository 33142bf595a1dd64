"""Whatever is killed, and whenever: promises and receipts are honoured, each bid is opened once.

The seed fixes who is killed, when and for how long; what each of them was doing is the machine's.
"""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sunseal.demo import clock
from sunseal.demo.firms import BidderFailed
from tests.faults.promises import check_bundle, check_honoured
from tests.support.town import Bidder, Tender, Town

PLATFORM = ("web-1", "web-2", "worker", "postgres", "valkey")
CUSTODIANS = ("custodian-1", "custodian-2", "custodian-3")
WINDOW = 30.0
SUBMISSION_STRIKES, OPENING_STRIKES = 5, 4
# From just before the deadline until answers are combined.
OPENING_LASTS = 8.0
LONGEST_DOWN = 1.2
LOWER = "9870000.00"
OPENED_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Strike:
    name: str
    at: datetime
    down: float


def strikes(
    chance: random.Random, names: tuple[str, ...], count: int, since: datetime, until: datetime
) -> list[Strike]:
    """In order of time."""
    seconds = (until - since).total_seconds()
    moments = sorted(since + timedelta(seconds=chance.uniform(0, seconds)) for _ in range(count))
    return [Strike(chance.choice(names), at, chance.uniform(0, LONGEST_DOWN)) for at in moments]


def strike(town: Town, blow: Strike) -> None:
    town.sleep_until(blow.at)
    town.kill(blow.name)
    time.sleep(blow.down)
    town.revive(blow.name)


def submits(bidder: Bidder, tender: Tender) -> None:
    bidder.offer(tender.id)


def replaces(bidder: Bidder, tender: Tender) -> None:
    bidder.offer(tender.id)
    documents = [str(path) for path in bidder.documents]
    bidder.bid("replace", str(tender.id), *documents, "--price", LOWER)


def withdraws(bidder: Bidder, tender: Tender) -> None:
    bidder.offer(tender.id)
    bidder.withdraw(tender.id)


CONDUCTS = (submits, replaces, withdraws, submits)


def in_time(
    act: Callable[[Bidder, Tender], None], bidder: Bidder, tender: Tender, delay: float
) -> None:
    """What is not received when the deadline comes is nobody's fault; everything else is."""
    time.sleep(delay)
    try:
        act(bidder, tender)
    except BidderFailed:
        if clock.now() < tender.deadline:
            raise


def run_round(town: Town, seed: int) -> Tender:
    """One tender from its first bid to its record, with blows throughout."""
    chance = random.Random(seed)
    window = town.window(WINDOW)
    tender = town.publish(window)
    with ThreadPoolExecutor(len(CONDUCTS)) as pool:
        bids: list[Future[None]] = [
            pool.submit(in_time, act, bidder, tender, chance.uniform(0, window / 4))
            for act, bidder in zip(CONDUCTS, town.bidders, strict=True)
        ]
        early = tender.deadline - timedelta(seconds=1)
        blows = strikes(chance, PLATFORM, SUBMISSION_STRIKES, clock.now(), early)
        opening = tender.deadline + timedelta(seconds=OPENING_LASTS)
        blows += strikes(chance, PLATFORM + CUSTODIANS, OPENING_STRIKES, early, opening)
        for blow in blows:
            strike(town, blow)
            town.end_patience(tender.id)
        for bid in bids:
            bid.result()
    return tender


def check_round(town: Town, seed: int, folder: Path) -> None:
    tender = run_round(town, seed)
    town.wait_until_over(tender.id, OPENED_WITHIN)
    check_honoured(town, tender, town.bidders)
    check_bundle(town, tender, folder)


@pytest.mark.parametrize("seed", [7])
def test_kills_cost_no_promise_and_no_bid(town: Town, tmp_path: Path, seed: int) -> None:
    check_round(town, seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_many_kills_cost_no_promise_and_no_bid(town: Town, tmp_path: Path, seed: int) -> None:
    check_round(town, seed, tmp_path)
