"""Following the log: what is cosigned, what is not, and what ends all cosigning."""

import copy
import os
from datetime import timedelta

import msgspec
import pytest

from sunseal_crypto import checkpoint, merkle
from sunseal_crypto.checkpoint import Checkpoint, sign_checkpoint
from sunseal_crypto.errors import Unverified
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.tick import TickLeaf
from sunseal_parties.custodian import keys
from sunseal_parties.custodian.daemon import Custodian
from sunseal_parties.custodian.http import Work
from sunseal_parties.custodian.journal import Journal
from tests.custodian.party import Party
from tests.custodian.standin import Log, StandIn, honest
from tests.custodian.world import ORIGIN, World

replace = msgspec.structs.replace


def forked(world: World) -> Log:
    """The same log up to here, with a life of its own from here on."""
    return copy.deepcopy(world.log)


def show(party: Party, log: Log) -> None:
    platform = party.view.platform
    party.view.platform = StandIn(log, platform.clock, platform.ceremonies, platform.requests)


def lying(party: Party, **changes: object) -> None:
    party.view.lie = lambda work: replace(work, **changes)


def test_each_size_is_cosigned_once_with_the_cosigners_own_time(world: World) -> None:
    party = world.parties[0]
    party.skew = timedelta(seconds=7)
    world.turn(3)
    lines = party.view.said("cosignature")
    texts = [checkpoint.notes.parse(world.log.note(size)).text for size in (1, 2, 3)]
    mine = party.seat.cosigner.verifier
    times = [
        checkpoint.verify_cosignature_line(text, line, mine)
        for text, line in zip(texts, lines, strict=True)
    ]
    assert times[-1] == world.clock.now + timedelta(seconds=7)
    party.daemon.poll()
    assert len(party.view.said("cosignature")) == 3


def test_a_fork_at_the_same_size_ends_all_cosigning(world: World) -> None:
    party = world.parties[0]
    world.turn(3)
    other = forked(world)
    world.turn(2)
    other.tick(world.clock.now)
    other.tick(world.clock.now + timedelta(seconds=1))
    before = party.cosignatures()
    true = party.view.platform
    show(party, other)
    party.daemon.poll()
    party.view.platform = true
    world.turn(3)
    assert party.cosignatures() == before
    assert "another history" in (party.journal.log.fork() or "")
    party.restart()
    world.turn(2)
    assert party.cosignatures() == before
    assert world.parties[1].cosignatures() == before + 5


def test_an_older_forked_checkpoint_proves_the_fork_too(world: World) -> None:
    party = world.parties[0]
    world.turn(3)
    other = forked(world)
    world.turn(5)
    other.tick(world.clock.now)
    show(party, other)
    party.daemon.poll()
    assert party.journal.log.fork() is not None


def test_a_true_older_checkpoint_is_no_fork(world: World) -> None:
    party = world.parties[0]
    world.turn(3)
    old = world.log.note().decode()
    world.turn(2)
    lying(party, checkpoint=old, entries=[])
    party.daemon.poll()
    assert party.journal.log.fork() is None
    assert party.cosignatures() == 5


def test_a_fork_shown_only_to_this_custodian_is_not_cosigned(world: World) -> None:
    party = world.parties[0]
    world.turn(3)
    other = forked(world)
    world.turn(2)
    for _ in range(4):
        other.tick(world.clock.now)
    before = party.cosignatures()
    show(party, other)
    party.daemon.poll()
    assert party.cosignatures() == before


def test_a_request_under_a_hidden_fork_is_refused_and_proves_it(world: World) -> None:
    """Custodians 2, 3 and the witness cosign another log, in which the request stands."""
    world.boxed()
    party = world.parties[0]
    hidden = forked(world)
    shown = forked(world)
    show(party, shown)
    for _ in range(3):
        shown.tick(world.clock.now)
        party.daemon.poll()
    assert party.journal.log.fork() is None

    world.platform.log = hidden
    desk = world.ask()
    desk.quorum = 3
    hidden.tick(world.clock.now)
    others = [other.seat.cosigner for other in world.parties[1:]]
    world.cosign(hidden, [*others, world.witness_cosigner()])
    party.view.lie = lambda work: replace(
        work,
        checkpoint=shown.note().decode(),
        entries=shown.leaves[party.daemon._witness.have :],
    )
    party.view.platform = world.platform
    before = party.cosignatures()
    party.daemon.poll()
    assert world.rules(1) == ["forked-log"]
    assert not desk.commitments
    assert "another history" in (party.journal.log.fork() or "")
    shown.tick(world.clock.now)
    party.daemon.poll()
    assert party.cosignatures() == before


def dropped(work: Work) -> Work:
    return replace(work, entries=work.entries[1:])


def changed(work: Work) -> Work:
    return replace(work, entries=[*work.entries[:-1], work.entries[-1] + b"x"])


def added(work: Work) -> Work:
    return replace(work, entries=[*work.entries, b"one more"])


def swapped(work: Work) -> Work:
    return replace(work, entries=work.entries[::-1])


def not_a_note(work: Work) -> Work:
    return replace(work, checkpoint="nothing\n")


def other_key(work: Work) -> Work:
    forger = NoteSigner(ORIGIN, SigningKey.generate())
    parsed = Checkpoint.parse(checkpoint.notes.parse(work.checkpoint.encode()).text)
    return replace(work, checkpoint=sign_checkpoint(parsed, forger).decode())


@pytest.mark.parametrize("lie", [dropped, changed, added, swapped, not_a_note, other_key])
def test_not_cosigned_but_healed_by_the_truth(world: World, lie) -> None:
    party = world.parties[0]
    world.turn(2)
    party.view.lie = lie
    world.log.tick(world.clock.now)
    world.turn()
    assert party.cosignatures() == 2
    assert party.journal.log.size == 2
    party.view.lie = honest
    world.turn(2)
    assert party.journal.log.size == 6
    assert party.journal.log.fork() is None


def leaf(number: int, world: World, ahead: float = 0) -> bytes:
    return TickLeaf(number, world.clock.now + timedelta(seconds=ahead), os.urandom(32)).encode()


@pytest.mark.parametrize("number", [3, 2, 0], ids=["same", "lower", "zero"])
def test_a_signed_tick_number_that_does_not_rise_ends_all_cosigning(
    world: World, number: int
) -> None:
    world.turn(3)
    world.log.leaves.append(leaf(number, world))
    world.log.sign()
    world.log.number = 10
    world.turn(2)
    assert [party.cosignatures() for party in world.parties] == [3, 3, 3]
    assert "after tick 3" in (world.parties[0].journal.log.fork() or "")


def test_a_signed_leaf_that_is_no_tick_ends_all_cosigning(world: World) -> None:
    world.turn(3)
    world.log.leaves.append(b"no tick")
    world.log.sign()
    world.turn(2)
    assert world.parties[0].cosignatures() == 3
    assert "no tick" in (world.parties[0].journal.log.fork() or "")


def test_a_tick_from_the_future_waits_for_its_time(world: World) -> None:
    party = world.parties[0]
    world.turn(3)
    party.skew = timedelta(seconds=-70)
    world.turn()
    assert party.cosignatures() == 3
    party.skew = timedelta(0)
    world.turn()
    assert party.cosignatures() == 4
    assert party.journal.log.size == 5


def test_a_gap_of_tick_numbers_is_downtime(world: World) -> None:
    world.turn(3)
    world.log.number += 100
    world.turn(2)
    assert world.parties[0].journal.log.size == 5


def test_a_long_log_is_followed_in_pieces(world: World) -> None:
    party = world.parties[0]
    party.view.lie = lambda work: replace(work, entries=work.entries[:100])
    for _ in range(350):
        world.log.leaves.append(leaf(world.log.number, world))
        world.log.number += 1
    world.log.sign()
    for polls in (1, 2, 3):
        party.daemon.poll()
        assert (party.cosignatures(), party.daemon._witness.have) == (0, polls * 100)
    party.daemon.poll()
    assert (party.cosignatures(), party.journal.log.size) == (1, 350)
    hashes = [merkle.leaf_hash(entry) for entry in world.log.leaves]
    for size in (0, 1, 255, 256, 257, 349, 350):
        assert party.journal.log.root_at(size) == merkle.root(hashes[:size])
    with pytest.raises(Unverified, match="351"):
        party.journal.log.root_at(351)


def test_a_witness_follows_and_cosigns_and_does_nothing_else(world: World) -> None:
    own = keys.load(world.folder / "4", witness=True)
    seat = keys.take_seat(own, world.roster_bytes)
    view = world.platform.view(4)
    journal = Journal(world.folder / "4" / "journal.db")
    witness = Custodian(view, journal, own, seat, world.clock)
    world.open_ceremony()
    for _ in range(3):
        world.turn()
        witness.poll()
    journal.close()
    assert seat.index is None
    assert {step for step, _ in view.posts} == {"cosignature"}
    assert len(view.posts) == 3


def test_drift_of_the_platforms_clock_is_recorded(world: World) -> None:
    party = world.parties[0]
    party.skew = timedelta(seconds=2)
    world.turn()
    assert party.journal.log.drift() == timedelta(seconds=2)
