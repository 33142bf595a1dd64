"""Each rule of the release, by name: the attack, and the refusal that stops it."""

import os
from datetime import timedelta

import msgspec
import pytest

from sunseal_crypto import box, canonical, group
from sunseal_crypto.box import LeafDetail, Link
from sunseal_crypto.signing import SigningKey
from tests.custodian.attacks import (
    Attack,
    accepted_after_closing,
    accepted_nowhere,
    another_box,
    answers_out_of_order,
    asked,
    barred_after_the_request,
    barred_without_decision,
    bid_not_asked_for,
    box_entry_instead_of_request,
    box_of,
    box_of_another_key,
    box_of_another_size,
    box_without_root,
    doubled_leaf,
    dropped_leaf,
    forgotten_key,
    garbage,
    key_of_another_tender,
    key_under_other_terms,
    leaf_of_another_form,
    leaf_shown_as_empty,
    other_fact_logged,
    other_nonce,
    other_number_logged,
    other_request_logged,
    other_root,
    other_roster,
    pad_asked_for,
    pad_opened_as_bid,
    position_outside_the_box,
    replaced_leaf,
    request_before_box,
    swapped_leaves,
    too_early,
    too_few_bids,
    too_few_cosigners,
    two_leaves_of_one_pseudonym,
    unknown_key,
    withdrawn_asked_for,
    withdrawn_do_not_count,
    withdrawn_shown_as_current,
)
from tests.custodian.standin import RequestDesk
from tests.custodian.world import BOX_SIZE, NOT_BEFORE, World

replace = msgspec.structs.replace

REFUSED: list[tuple[str, Attack]] = [
    ("time-not-reached", too_early),
    ("unlogged-request", other_request_logged),
    ("unlogged-request", other_number_logged),
    ("unlogged-request", other_fact_logged),
    ("unlogged-request", too_few_cosigners),
    ("unlogged-request", box_entry_instead_of_request),
    ("unlogged-request", box_of_another_key),
    ("unlogged-request", box_of_another_size),
    ("unlogged-request", box_without_root),
    ("unlogged-request", request_before_box),
    ("shortened-list", dropped_leaf),
    ("shortened-list", bid_not_asked_for),
    ("changed-list", replaced_leaf),
    ("changed-list", other_nonce),
    ("changed-list", swapped_leaves),
    ("changed-list", other_root),
    ("changed-list", doubled_leaf),
    ("changed-list", two_leaves_of_one_pseudonym),
    ("changed-list", leaf_shown_as_empty),
    ("changed-list", barred_without_decision),
    ("changed-list", barred_after_the_request),
    ("late-leaf", accepted_after_closing),
    ("late-leaf", accepted_nowhere),
    ("withdrawn-bid", withdrawn_shown_as_current),
    ("withdrawn-bid", withdrawn_asked_for),
    ("withdrawn-bid", pad_opened_as_bid),
    ("withdrawn-bid", pad_asked_for),
    ("below-minimum", too_few_bids),
    ("below-minimum", withdrawn_do_not_count),
    ("second-box", another_box),
    ("unknown-key", unknown_key),
    ("unknown-key", key_of_another_tender),
    ("unknown-key", key_under_other_terms),
    ("unknown-key", forgotten_key),
    ("unknown-roster", other_roster),
    ("malformed", garbage),
    ("malformed", answers_out_of_order),
    ("malformed", position_outside_the_box),
    ("malformed", leaf_of_another_form),
]


@pytest.mark.parametrize(("rule", "attack"), REFUSED, ids=[f"{r}-{a.__name__}" for r, a in REFUSED])
def test_refused(world: World, rule: str, attack: Attack) -> None:
    desk = asked(world, attack)
    # Posted once, however often the platform asks.
    assert world.rules()[-1:] == [rule]
    assert world.rules().count(rule) == 1
    assert not desk.commitments
    assert not desk.answers


def test_clock_off_on_the_one_wrong_clock(world: World) -> None:
    world.boxed()
    world.clock.now = NOT_BEFORE - timedelta(minutes=5)
    world.parties[0].skew = timedelta(minutes=10)
    desk = asked(world, World.ask)
    assert world.rules(1) == ["clock-off"]
    assert world.rules(2) == world.rules(3) == ["time-not-reached"]
    assert not desk.commitments


def test_stale_cosignatures_are_clock_off(world: World) -> None:
    """A platform that shows an old checkpoint cannot say what the log holds now."""
    world.boxed()
    desk = world.ask()
    world.turn(1)
    world.clock.now += timedelta(seconds=62)
    for party in world.parties:
        party.daemon.poll()
    assert world.rules() == ["clock-off"]
    world.turn(4)
    assert sorted(desk.answers) == [1, 2, 3]


def test_a_refused_request_is_answered_when_its_time_comes(world: World) -> None:
    desk = asked(world, too_early)
    assert world.rules() == ["time-not-reached"]
    world.clock.now = NOT_BEFORE
    world.turn(4)
    assert sorted(desk.answers) == [1, 2, 3]
    assert world.rules() == ["time-not-reached"]


# What is wrong with one bid alone


def with_bad_bid(world: World, **changes: object) -> RequestDesk:
    world.certified()
    world.submit()
    world.submit(**changes)
    world.turn()
    world.close_box()
    world.turn()
    world.clock.now = NOT_BEFORE
    desk = world.ask()
    world.turn(4)
    return desk


def invalid(world: World, desk: RequestDesk) -> list[tuple[int, str]]:
    answer = world.answer(desk)
    assert answer.answered == [0]
    return [(leaf.leaf, leaf.rule) for leaf in answer.invalid]


def test_a_bid_without_authorship_costs_itself_alone(world: World) -> None:
    desk = with_bad_bid(world, proof=b"\x00" * 64)
    assert invalid(world, desk) == [(1, "missing-authorship")]


@pytest.mark.parametrize(
    "share",
    [
        bytes(32),
        (group.P - 1).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
        b"\xff" * 32,
        (group.P + 9).to_bytes(32, "little"),
    ],
    ids=["zero", "u=-1", "twist", "top-bit", "not-canonical"],
)
def test_a_bad_share_costs_its_bid_alone(world: World, share: bytes) -> None:
    desk = with_bad_bid(world, share=share)
    assert invalid(world, desk) == [(1, "bad-share")]


def test_terms_of_another_key_cost_the_bid_alone(world: World) -> None:
    desk = with_bad_bid(world, terms=os.urandom(32))
    assert invalid(world, desk) == [(1, "bad-statement")]


@pytest.mark.parametrize("blinded", [False, True], ids=["copied", "blinded"])
def test_a_sybil_cannot_have_another_bidders_share_opened(world: World, blinded: bool) -> None:
    """The victim withdrew; the insider hands its share in again, as it was or as r · E."""
    world.certified()
    world.submit()
    victim = world.submit()
    world.turn()
    copied = victim.chain[0][0].statement
    said = msgspec.json.decode(copied)
    share, proof, body = (_bytes(said[name]) for name in ("share", "proof", "body_hash"))
    if blinded:
        share = group.to_montgomery(group.mul(group.small_scalar(8), group.from_montgomery(share)))
    world.submit(victim, "withdraw")
    world.submit(share=share, proof=proof, body_hash=body)
    world.turn()
    world.close_box()
    world.turn()
    world.clock.now = NOT_BEFORE
    desk = world.ask()
    world.turn(4)
    assert invalid(world, desk) == [(2, "missing-authorship")]


def test_a_broken_signature_costs_its_bid_alone(world: World) -> None:
    world.certified()
    world.submit()
    bidder = world.submit()
    world.turn()
    signed, entry = bidder.chain[0]
    forged = replace(signed, signature=bytes(64))
    link = Link(statement=forged, entry=world.log.entries[entry])
    detail = LeafDetail(kind="bidder", pseudonym=bidder.signing.public, chain=[link], refused=[])
    pads = [box.pad() for _ in range(BOX_SIZE - 2)]
    leaves = [world.leaf(world.bidders[0]), (os.urandom(32), canonical.encode(detail)), *pads]
    desk = box_of(world, leaves)
    world.turn(4)
    assert invalid(world, desk) == [(1, "bad-statement")]


def test_a_statement_of_another_pseudonym_costs_its_leaf_alone(world: World) -> None:
    world.certified()
    world.submit()
    bidder = world.submit()
    world.turn()
    signed, entry = bidder.chain[0]
    link = Link(statement=signed, entry=world.log.entries[entry])
    other = SigningKey.generate().public
    detail = LeafDetail(kind="bidder", pseudonym=other, chain=[link], refused=[])
    pads = [box.pad() for _ in range(BOX_SIZE - 2)]
    leaves = [world.leaf(world.bidders[0]), (os.urandom(32), canonical.encode(detail)), *pads]
    desk = box_of(world, leaves)
    world.turn(4)
    assert invalid(world, desk) == [(1, "bad-statement")]


def _bytes(text: str) -> bytes:
    return msgspec.json.decode(msgspec.json.encode(text), type=bytes)
