"""What a dishonest platform asks a custodian, each request wrong in one thing."""

import copy
import os
from collections.abc import Callable
from datetime import timedelta

import msgspec

from sunseal_crypto import box, canonical, roster
from sunseal_crypto.box import OpenedLeaf
from sunseal_parties.custodian import keys
from tests.custodian.standin import RequestDesk, b64
from tests.custodian.world import BOX_SIZE, DEADLINE, NOT_BEFORE, World

replace = msgspec.structs.replace
Attack = Callable[[World], RequestDesk]


def asked(world: World, attack: Attack) -> RequestDesk:
    desk = attack(world)
    world.turn(4)
    return desk


def leaves_with(world: World, at: int, **changes: object) -> list[OpenedLeaf]:
    leaves = world.shown()
    leaves[at] = replace(leaves[at], **changes)
    return leaves


# (a) time


def too_early(world: World) -> RequestDesk:
    world.boxed()
    world.clock.now = NOT_BEFORE - timedelta(seconds=30)
    return world.ask()


# (b) log


def other_request_logged(world: World) -> RequestDesk:
    return world.boxed().ask(request=b64(os.urandom(32)))


def other_number_logged(world: World) -> RequestDesk:
    return world.boxed().ask(number="2")


def other_fact_logged(world: World) -> RequestDesk:
    return world.boxed().ask(extra="")


def too_few_cosigners(world: World) -> RequestDesk:
    world.boxed()
    world.parties[2].view.down = True
    desk = world.ask()
    desk.quorum = 2
    return desk


def box_entry_instead_of_request(world: World) -> RequestDesk:
    desk = world.boxed().ask()
    desk.request_entry = desk.box_entry
    return desk


def box_of_another_key(world: World) -> RequestDesk:
    world.boxed()
    world.log_box(world.box_root, key=b64(os.urandom(32)))
    return world.ask()


def box_of_another_size(world: World) -> RequestDesk:
    world.boxed()
    world.log_box(world.box_root, size="16")
    return world.ask()


def box_without_root(world: World) -> RequestDesk:
    world.boxed()
    world.log_box(world.box_root, root="AA==")
    return world.ask()


def request_before_box(world: World) -> RequestDesk:
    world.certified()
    world.submit()
    world.turn()
    world.close_box()
    desk = world.ask()
    desk.request_entry, world.log.waiting = desk.request_entry, world.log.waiting[1:]
    world.turn()
    desk.box_entry = world.box_entry
    world.log_box(world.box_root)
    desk.box_entry = world.box_entry
    world.clock.now = NOT_BEFORE
    return desk


# (c) box


def dropped_leaf(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(leaves=world.shown()[:-1]))


def bid_not_asked_for(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(answer=[0]))


def replaced_leaf(world: World) -> RequestDesk:
    world.boxed()
    nonce, detail = box.pad()
    return world.ask(world.request(leaves=leaves_with(world, 1, nonce=nonce, detail=detail)))


def other_nonce(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(leaves=leaves_with(world, 5, nonce=os.urandom(32))))


def swapped_leaves(world: World) -> RequestDesk:
    world.boxed()
    leaves = world.shown()
    leaves[0], leaves[1] = leaves[1], leaves[0]
    return world.ask(world.request(leaves=leaves))


def other_root(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(box=os.urandom(32)))


def box_of(world: World, leaves: list[tuple[bytes, bytes]]) -> RequestDesk:
    """A box that the platform closed over leaves of its own choice."""
    world.leaves = leaves
    world.box_root = box.root([box.leaf_hash(*leaf) for leaf in leaves])
    world.log_box(world.box_root)
    world.turn()
    world.clock.now = NOT_BEFORE
    return world.ask()


def doubled_leaf(world: World) -> RequestDesk:
    world.certified()
    world.submit()
    world.turn()
    leaf, pads = world.leaf(world.bidders[0]), [box.pad() for _ in range(BOX_SIZE - 2)]
    world.bidders *= 2
    return box_of(world, [leaf, leaf, *pads])


def two_leaves_of_one_pseudonym(world: World) -> RequestDesk:
    world.certified()
    bidder = world.submit()
    world.turn()
    world.submit(bidder, "replace")
    world.turn()
    first = copy.copy(bidder)
    first.chain = bidder.chain[:1]
    world.bidders = [first, bidder]
    pads = [box.pad() for _ in range(BOX_SIZE - 2)]
    return box_of(world, [world.leaf(first), world.leaf(bidder), *pads])


def leaf_shown_as_empty(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(leaves=leaves_with(world, 0, state="empty"), answer=[1]))


def barred_without_decision(world: World) -> RequestDesk:
    world.boxed()
    leaves = leaves_with(world, 0, state="barred", reason="blacklist")
    return world.ask(world.request(leaves=leaves, answer=[1]))


def barred_after_the_request(world: World) -> RequestDesk:
    """The decision is logged only once the request is out."""
    world.boxed()
    world.log.number += 1
    decision = world.log.record("screening.decision", world.clock.now)
    world.log.tick(world.clock.now)
    entry = replace(world.log.entries[decision], index=world.log.entries[decision].index + 1)
    held = world.log.leaves.pop()
    leaves = leaves_with(world, 0, state="barred", reason="blacklist", decision=entry)
    desk = world.ask(world.request(leaves=leaves, answer=[1]))
    world.log.number -= 2
    world.log.tick(world.clock.now)
    world.log.leaves.append(held)
    world.log.number += 1
    world.log.sign()
    return desk


def accepted_after_closing(world: World) -> RequestDesk:
    """The platform makes the tick with the bid first, and logs it after the box's."""
    world.certified()
    bidder = world.submit()
    world.log.number += 1
    world.log.tick(world.clock.now)
    held = world.log.leaves.pop()
    accept = bidder.chain[0][1]
    world.log.entries[accept] = replace(
        world.log.entries[accept], index=world.log.entries[accept].index + 1
    )
    world.close_box()
    world.log.number -= 2
    world.log.tick(world.clock.now)
    world.log.number += 1
    world.log.leaves.append(held)
    world.log.sign()
    world.turn()
    world.clock.now = NOT_BEFORE
    return world.ask()


def accepted_nowhere(world: World) -> RequestDesk:
    """The bid's tick was never published."""
    world.certified()
    world.submit()
    world.log.tick(world.clock.now)
    world.log.leaves.pop()
    world.turn(2)
    world.close_box()
    world.turn()
    world.clock.now = NOT_BEFORE
    return world.ask()


def withdrawn(world: World) -> World:
    world.certified()
    world.submit()
    bidder = world.submit()
    world.turn()
    world.submit(bidder, "withdraw")
    world.turn()
    world.clock.now = DEADLINE
    world.close_box()
    world.turn()
    world.clock.now = NOT_BEFORE
    return world


def withdrawn_shown_as_current(world: World) -> RequestDesk:
    withdrawn(world)
    return world.ask(world.request(leaves=leaves_with(world, 1, state="current")))


def withdrawn_asked_for(world: World) -> RequestDesk:
    return withdrawn(world).ask(world.request(answer=[0, 1]))


def pad_opened_as_bid(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(leaves=leaves_with(world, 7, state="current")))


def pad_asked_for(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(answer=[0, 1, 7]))


# (d), (e), and who is asked


def too_few_bids(world: World) -> RequestDesk:
    return world.boxed(bids=2, minimum_bids=3).ask()


def withdrawn_do_not_count(world: World) -> RequestDesk:
    world.certified(minimum_bids=2)
    world.submit()
    bidder = world.submit()
    world.turn()
    world.submit(bidder, "withdraw")
    world.turn()
    world.close_box()
    world.turn()
    world.clock.now = NOT_BEFORE
    return world.ask()


def another_box(world: World) -> RequestDesk:
    """After one request was refused for too few bids, a fuller box is logged."""
    world.boxed(bids=1, minimum_bids=2)
    world.ask()
    world.turn(2)
    assert world.rules() == ["below-minimum"]
    world.platform.requests.clear()
    world.submit()
    world.turn()
    world.close_box()
    world.turn()
    return world.ask()


def unknown_key(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(key=os.urandom(32)))


def key_of_another_tender(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(tender="another"))


def key_under_other_terms(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(terms=os.urandom(32)))


def forgotten_key(world: World) -> RequestDesk:
    from sunseal_parties.custodian.forgetting import forget

    world.boxed()
    for party in world.parties:
        forget(party.journal, party.seat, party.own, world.key.terms.tender, "1", world.clock.now)
    return world.ask()


def other_roster(world: World) -> RequestDesk:
    """The custodian's file names another operator than the one the key was made under."""
    world.boxed()
    desk = world.ask()
    world.turn()
    changed = canonical.encode(replace(roster.parse(world.roster_bytes), operator="another"))
    for party in world.parties:
        party.seat = keys.take_seat(party.own, changed)
        party.restart()
    return desk


def garbage(world: World) -> RequestDesk:
    desk = world.boxed().ask()
    desk.body = b"{}"
    return desk


def answers_out_of_order(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(answer=[1, 0]))


def position_outside_the_box(world: World) -> RequestDesk:
    world.boxed()
    return world.ask(world.request(answer=[0, 1, 8]))


def leaf_of_another_form(world: World) -> RequestDesk:
    world.certified()
    world.submit()
    world.turn()
    pads = [box.pad() for _ in range(BOX_SIZE - 2)]
    leaf = (os.urandom(32), b'{"kind": "pad"}')
    return box_of(world, [world.leaf(world.bidders[0]), leaf, *pads])
