"""A platform that shows two auditors two logs: custodians by their rules cosign one at most."""

import copy
import io
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from sunseal_crypto.bundle import About, Writer
from sunseal_parties.auditor.verify import verify
from tests.custodian.standin import Log, StandIn
from tests.custodian.world import ORIGIN, Q, World, build

# For each of the three custodians, which of the two logs it is shown.
SPLITS = list(product((0, 1), repeat=3))


@pytest.fixture
def world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        made = build(Path(folder))
        yield made
        made.close()


def grown_apart(world: World) -> list[Log]:
    """Two logs of one beginning, both under the platform's own signature."""
    world.turn(2)
    logs = [world.log, copy.deepcopy(world.log)]
    world.clock.now += timedelta(seconds=1)
    for log in logs:
        log.record("tender.change", world.clock.now)
        log.tick(world.clock.now)
    return logs


def faults(world: World, log: Log) -> list[str]:
    """What an auditor finds in a bundle of this log."""
    file = io.BytesIO()
    about = About(origin=ORIGIN, tender="t", made_at=world.clock.now, size=len(log.leaves))
    with Writer(file, about, world.roster_bytes, log.note()) as writer:
        writer.leaves(log.leaves)
        writer.checkpoints([])
        writer.ticks([])
        writer.entries([])
        writer.facts([])
    file.seek(0)
    return [str(fault) for fault in verify(file, world.roster_bytes).findings.faults]


@pytest.mark.parametrize("shown", SPLITS, ids=["".join(map(str, split)) for split in SPLITS])
def test_one_of_two_auditors_sees_that_too_few_cosigned(
    world: World, shown: tuple[int, ...]
) -> None:
    """Whatever the platform shows to whom; and one witness is bribed and signs both."""
    logs = grown_apart(world)
    for party, which in zip(world.parties, shown, strict=True):
        party.view.platform = StandIn(logs[which], party.view.platform.clock)
        party.daemon.poll()
    for log in logs:
        world.cosign(log, [world.witness_cosigner()])
    for which, log in enumerate(logs):
        count = shown.count(which) + 1
        few = f"log/checkpoint: checkpoint: {count} cosignatures where {Q} are needed"
        assert faults(world, log) == ([few] if count < Q else [])
    assert sum(shown.count(which) + 1 < Q for which in (0, 1)) >= 1


def test_a_custodian_that_sees_both_cosigns_nothing_more_and_can_prove_it(world: World) -> None:
    first, second = grown_apart(world)
    party = world.parties[0]
    before = party.cosignatures()
    for log in (first, second, first):
        party.view.platform = StandIn(log, party.view.platform.clock)
        party.daemon.poll()
    assert "another history" in (party.journal.log.fork() or "")
    assert party.cosignatures() == before + 1
