"""Requests after the first: only what was pending, from the same box, and never more."""

import msgspec

from tests.custodian.world import World

replace = msgspec.structs.replace


def with_pending(world: World) -> World:
    """The first request opens leaf 0; leaf 1 waits for a decision."""
    world.boxed(bids=2, minimum_bids=2)
    leaves = world.shown()
    leaves[1] = replace(leaves[1], state="pending", reason="a name like one on the list")
    desk = world.ask(world.request(leaves=leaves))
    world.turn(4)
    assert world.answer(desk).answered == [0]
    return world


def test_a_pending_bid_counts_and_is_opened_by_a_supplement(world: World) -> None:
    with_pending(world)
    desk = world.ask(world.request(number=2, answer=[1]))
    world.turn(4)
    assert world.answer(desk).answered == [1]
    assert world.rules() == []


def test_nobody_begins_with_the_second_request(world: World) -> None:
    """Else a platform could open one bid, and choose the others by its price."""
    world.boxed(bids=2)
    desk = world.ask(world.request(number=2, answer=[1]))
    world.turn(4)
    assert world.rules() == ["changed-list"]
    assert not desk.answers


def test_nothing_opened_before_is_asked_for_again(world: World) -> None:
    with_pending(world)
    desk = world.ask(world.request(number=2, answer=[0, 1]))
    world.turn(4)
    assert world.rules() == ["changed-list"]
    assert not desk.answers


def test_nothing_becomes_pending_after_the_first_request(world: World) -> None:
    with_pending(world)
    leaves = world.shown()
    leaves[0] = replace(leaves[0], state="pending", reason="second thoughts")
    world.ask(world.request(number=2, leaves=leaves, answer=[1]))
    world.turn(4)
    assert world.rules() == ["changed-list"]


def test_nothing_else_is_barred_after_prices_were_seen(world: World) -> None:
    with_pending(world)
    decision = world.log.record("screening.decision", world.clock.now)
    world.turn()
    leaves = world.shown()
    leaves[0] = replace(
        leaves[0], state="barred", reason="blacklist", decision=world.log.entries[decision]
    )
    world.ask(world.request(number=2, leaves=leaves, answer=[1]))
    world.turn(4)
    assert world.rules() == ["changed-list"]


def test_a_pending_bid_may_be_barred(world: World) -> None:
    with_pending(world)
    decision = world.log.record("screening.decision", world.clock.now)
    world.turn()
    leaves = world.shown()
    leaves[1] = replace(
        leaves[1], state="barred", reason="blacklist", decision=world.log.entries[decision]
    )
    desk = world.ask(world.request(number=2, leaves=leaves, answer=[]))
    world.turn(4)
    answer = world.answer(desk)
    assert (answer.answered, answer.invalid, answer.proof) == ([], [], b"")


def test_the_same_number_is_not_used_for_two_requests(world: World) -> None:
    with_pending(world)
    desk = world.ask()
    world.turn(4)
    assert world.rules() == ["changed-list"]
    assert not desk.answers


def test_another_box_is_refused_after_the_first(world: World) -> None:
    with_pending(world)
    world.close_box()
    world.turn()
    desk = world.ask(world.request(number=2, answer=[1]))
    world.turn(4)
    assert world.rules() == ["second-box"]
    assert not desk.answers


def test_a_barred_bid_does_not_count(world: World) -> None:
    world.boxed(bids=2, minimum_bids=2)
    decision = world.log.record("screening.decision", world.clock.now)
    world.turn()
    leaves = world.shown()
    leaves[0] = replace(
        leaves[0], state="barred", reason="blacklist", decision=world.log.entries[decision]
    )
    world.ask(world.request(leaves=leaves, answer=[1]))
    world.turn(4)
    assert world.rules() == ["below-minimum"]
