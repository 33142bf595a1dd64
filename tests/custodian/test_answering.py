"""A committed answer leaves only when the cosigned log holds its commitment."""

import copy
from collections.abc import Callable

import msgspec
import pytest

from tests.custodian.standin import RequestDesk, b64, honest
from tests.custodian.world import Q, World

replace = msgspec.structs.replace


def committed(world: World) -> RequestDesk:
    world.boxed()
    desk = world.ask()
    world.turn(2)
    assert sorted(desk.commitments) == [1, 2, 3]
    return desk


def of_another_custodian(world: World, desk: RequestDesk) -> bytes:
    return desk.commitment_entries[2]


def of_the_request(world: World, desk: RequestDesk) -> bytes:
    return desk.request_entry


def of_another_commitment(world: World, desk: RequestDesk) -> bytes:
    return logged(world, desk, commitment=b64(bytes(32)))


def of_another_request(world: World, desk: RequestDesk) -> bytes:
    return logged(world, desk, request=b64(bytes(32)))


def logged(world: World, desk: RequestDesk, **changes: str) -> bytes:
    honest = {
        "request": b64(desk.digest),
        "custodian": "1",
        "commitment": b64(desk.commitments[1]),
    }
    return world.log.record("release.answer", world.clock.now, **{**honest, **changes})


@pytest.mark.parametrize(
    "entry", [of_another_custodian, of_the_request, of_another_commitment, of_another_request]
)
def test_another_entry_does_not_let_it_go(
    world: World, entry: Callable[[World, RequestDesk], bytes]
) -> None:
    desk = committed(world)
    desk.commitment_entries[1] = entry(world, desk)
    world.turn(4)
    assert sorted(desk.answers) == [2, 3]
    # It is not a refusal either: the commitment stands.
    assert world.rules() == []


def test_too_few_cosignatures_do_not_let_it_go(world: World) -> None:
    desk = committed(world)
    desk.quorum = Q - 1
    world.parties[2].view.down = True
    world.turn(4)
    assert desk.answers == {}
    desk.quorum = Q
    world.parties[2].view.down = False
    world.turn(3)
    assert sorted(desk.answers) == [1, 2, 3]


def test_nothing_is_decided_while_the_log_cannot_be_followed(world: World) -> None:
    world.boxed()
    desk = world.ask()
    world.turn(1)
    party = world.parties[0]
    party.view.lie = lambda work: replace(work, checkpoint="no note\n")
    party.daemon.poll()
    assert world.rules() == ["unlogged-request"]
    party.view.lie = honest
    world.turn(4)
    assert sorted(desk.answers) == [1, 2, 3]


def test_nothing_is_decided_after_a_fork(world: World) -> None:
    world.boxed()
    world.ask()
    world.turn(1)
    world.parties[0].journal.log.record_fork("two histories", b"another note")
    world.turn(2)
    assert world.rules() == ["forked-log"]


def test_no_answer_leaves_after_a_fork(world: World) -> None:
    desk = committed(world)
    party = world.parties[0]
    party.journal.log.record_fork("two histories", b"another note")
    world.turn(4)
    assert 1 not in desk.answers


def test_a_fork_shown_with_the_commitment_is_kept_as_proof(world: World) -> None:
    desk = committed(world)
    forked = copy.deepcopy(world.log)
    forked.tick(world.clock.now)
    world.turn()
    seats = [party.seat.cosigner for party in world.parties[1:]] + [world.witness_cosigner()]
    world.cosign(forked, seats)
    receipt = forked.receipt(desk.commitment_entries[1], Q)
    party = world.parties[0]

    def lie(work):
        return replace(
            work,
            requests=[replace(each, commitment_receipt=receipt) for each in work.requests],
        )

    party.view.lie = lie
    party.daemon.poll()
    assert 1 not in desk.answers
    assert "another history" in (party.journal.log.fork() or "")
