"""Ceremonies, and what an opening costs a custodian and the worker for each bid."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sunseal_crypto import box, group, release
from sunseal_crypto.statement import parse
from sunseal_parties.custodian.answering import Releases
from sunseal_parties.custodian.http import RequestWork
from tests.bench.row import NotMeasured, Row, best, seconds
from tests.crypto.rosters import ceremony
from tests.custodian.standin import RequestDesk
from tests.custodian.world import BOX_SIZE, DEADLINE, NOT_BEFORE, World, build

CUSTODIANS, THRESHOLD = 5, 3


def measure(bids: int = 300, repeats: int = 3) -> Iterator[Row]:
    multiplication = _multiplication()
    elapsed = best(lambda: ceremony(CUSTODIANS, THRESHOLD), repeats)
    yield Row.beside(
        "ceremony_3of5",
        elapsed * 1000,
        "ms",
        "one scalar multiplication",
        multiplication * 1000,
    )
    with tempfile.TemporaryDirectory(dir="build") as folder:
        world = build(Path(folder))
        try:
            yield from _answers(world, bids, multiplication)
        finally:
            world.close()


def _answers(world: World, bids: int, multiplication: float) -> Iterator[Row]:
    """The whole of a custodian's decision, from the request's bytes to the durable journal."""
    desk = _asked(world, bids)
    # Each custodian decides once in its life, so that there are as many runs as custodians.
    per_bid = min(_decide(world, desk, index) for index in (1, 2, 3)) / bids
    yield Row.beside("answer_per_bid", per_bid * 1000, "ms", "1 ms allowed", 1.0)
    world.turn(3)
    answer = world.answer(desk)
    heads = {place: world.bidders[place].chain[-1][0] for place in answer.answered}
    asked = {place: parse(signed.statement) for place, signed in heads.items()}
    verify = best(lambda: release.verify_answer(world.key, answer, asked)) / bids
    yield Row.beside(
        "verify_per_share", verify * 1e6, "µs", "one scalar multiplication", multiplication * 1e6
    )


def _decide(world: World, desk: RequestDesk, index: int) -> float:
    party = world.parties[index - 1]
    receipts = [world.log.receipt(entry, 3) for entry in (desk.box_entry, desk.request_entry)]
    assert all(receipts)
    work = RequestWork(
        id=desk.id,
        body=desk.body,
        box_receipt=receipts[0] or "",
        request_receipt=receipts[1] or "",
    )
    assert party.own.identity is not None
    releases = Releases(party.journal, party.seat, party.own.identity)
    said: list[str] = []
    elapsed = seconds(lambda: said.append(releases.advance(work, None, world.clock.now).kind))
    if said != ["commitment"]:
        raise NotMeasured("a custodian refused the request that it was measured by")
    return elapsed


def _asked(world: World, bids: int) -> RequestDesk:
    """A request about `bids` bids in the log that everybody has followed and cosigned."""
    size = max(BOX_SIZE, 1 << (bids - 1).bit_length())
    world.certified(box_size=size)
    for _ in range(bids):
        world.submit()
    world.turn()
    world.clock.now = DEADLINE
    leaves = [world.leaf(bidder) for bidder in world.bidders]
    world.leaves = leaves + [box.pad() for _ in range(size - bids)]
    world.box_root = box.root([box.leaf_hash(*leaf) for leaf in world.leaves])
    world.log_box(world.box_root, size=str(size))
    world.turn()
    world.clock.now = NOT_BEFORE
    request = world.request()
    desk = world.ask(request)
    # The platform shows the request only after it was measured by hand.
    world.platform.requests.remove(desk)
    world.turn(2)
    world.platform.requests.append(desk)
    world.clock.now += timedelta(seconds=1)
    return desk


def _multiplication(times: int = 1000) -> float:
    """Seconds of one multiplication of a point by a scalar: the limit of everything here."""
    scalar, point = group.random_scalar(), group.base_mul(group.random_scalar())

    def many() -> None:
        for _ in range(times):
            group.mul(scalar, point)

    return best(many, 5) / times
