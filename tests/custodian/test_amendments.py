"""A deadline that moves: what custodians agree to, and what they do when they are told half of it.

Three custodians, two of whom open; so two acknowledgements put an amendment in force.
"""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from sunseal_crypto import amendment, canonical
from sunseal_crypto.amendment import Acknowledgement, SignedAcknowledgement
from sunseal_crypto.signing import SigningKey
from sunseal_parties.custodian.forgetting import forget
from sunseal_parties.custodian.refusals import ForgettingRefused
from tests.custodian.standin import AmendmentDesk, RequestDesk
from tests.custodian.world import AMENDERS, DEADLINE, NOT_BEFORE, World

PROPOSER, CONFIRMER = AMENDERS
STRANGER = SigningKey.generate()
HOUR = timedelta(hours=1)
replace = msgspec.structs.replace
Attack = Callable[[World], AmendmentDesk]


def said(world: World, index: int) -> list[Acknowledgement]:
    bodies = world.parties[index - 1].view.said("acknowledgement")
    signed = [canonical.decode(SignedAcknowledgement, body) for body in bodies]
    return [canonical.decode(Acknowledgement, each.acknowledgement) for each in signed]


def boxed(world: World, *, late: bool = False) -> World:
    """Two bids in a box that is closed at the amended deadline, one of them after the old one."""
    world.submit()
    world.clock.now = DEADLINE + HOUR / 2 if late else world.clock.now
    world.submit()
    world.turn()
    world.clock.now = DEADLINE + HOUR
    world.close_box()
    world.turn()
    return world


def asked_at(world: World, hours: float, *shown: AmendmentDesk) -> RequestDesk:
    """A request `hours` after the published not-before, that shows these amendments."""
    world.platform.requests.clear()
    world.clock.now = NOT_BEFORE + hours * HOUR
    amendments = [desk.shown(world.log) for desk in shown]
    desk = world.ask(world.request(amendments=amendments))
    world.turn(4)
    return desk


def in_force(world: World) -> AmendmentDesk:
    desk = world.certified().amend()
    world.turn(2)
    return desk


def test_all_acknowledge_and_a_bid_of_the_longer_time_is_opened(world: World) -> None:
    desk = in_force(world)
    digest = amendment.digest(desk.signed.amendment)
    assert [each.amendment for index in (1, 2, 3) for each in said(world, index)] == [digest] * 3
    boxed(world, late=True)
    early = asked_at(world, 0.5, desk)
    assert not early.answers
    assert world.rules() == ["time-not-reached"]
    assert sorted(asked_at(world, 1, desk).answers) == [1, 2, 3]


def test_an_acknowledgement_is_made_once_whatever_happens(world: World) -> None:
    desk = world.certified().amend(kept_from={2, 3})
    party = world.parties[0]
    party.view.post_amendment = _unreachable  # type: ignore[method-assign]
    world.turn()
    del party.view.post_amendment  # type: ignore[method-assign]
    assert said(world, 1) == []
    party.restart()
    world.clock.now = DEADLINE
    world.turn(2)
    # It says what it has journalled: by its own clock it was in time. The log's tick was not.
    assert len(said(world, 1)) == 1
    assert said(world, 1)[0].at < DEADLINE
    assert len(desk.shown(world.log).acknowledgements) == 1


def _unreachable(*_: object) -> None:
    from sunseal_parties.custodian.http import PlatformError

    raise PlatformError("unreachable")


def clerk_alone(world: World) -> AmendmentDesk:
    return world.certified().amend(keys=(STRANGER, STRANGER))


def tendering_party_alone(world: World) -> AmendmentDesk:
    return world.certified().amend(keys=(PROPOSER, PROPOSER))


def centre_alone(world: World) -> AmendmentDesk:
    return world.certified().amend(keys=(CONFIRMER, CONFIRMER))


def nobody_may(world: World) -> AmendmentDesk:
    world.open_ceremony(amenders=[])
    world.turn(5)
    return world.amend()


def earlier_opening(world: World) -> AmendmentDesk:
    world.certified()
    return world.amend(replace(world.amendment(), not_before=NOT_BEFORE - timedelta(seconds=1)))


def earlier_deadline(world: World) -> AmendmentDesk:
    world.certified()
    return world.amend(replace(world.amendment(), deadline=DEADLINE - timedelta(seconds=1)))


def at_the_deadline(world: World) -> AmendmentDesk:
    world.certified()
    world.clock.now = DEADLINE - timedelta(seconds=1)  # a turn takes one
    return world.amend()


def after_closing(world: World) -> AmendmentDesk:
    return world.boxed().amend()


def of_another_tender(world: World) -> AmendmentDesk:
    """Signed in earnest, for a tender whose terms name the same people."""
    world.certified()
    return world.amend(world.amendment(tender="00000000-0000-4000-8000-000000000000"))


def under_other_terms(world: World) -> AmendmentDesk:
    world.certified()
    return world.amend(world.amendment(terms=bytes(32)))


def second_without_the_first(world: World) -> AmendmentDesk:
    world.certified()
    return world.amend(world.amendment(2, previous=bytes(32)))


REFUSED: list[Attack] = [
    clerk_alone,
    tendering_party_alone,
    centre_alone,
    nobody_may,
    earlier_opening,
    earlier_deadline,
    at_the_deadline,
    after_closing,
    of_another_tender,
    under_other_terms,
    second_without_the_first,
]


@pytest.mark.parametrize("attack", REFUSED, ids=lambda attack: attack.__name__)
def test_no_custodian_acknowledges(world: World, attack: Attack) -> None:
    attack(world)
    world.turn(2)
    assert [said(world, index) for index in (1, 2, 3)] == [[], [], []]


def test_a_second_amendment_rests_on_a_first_that_is_in_force(world: World) -> None:
    first = world.certified().amend(kept_from={2, 3})
    world.turn(2)
    world.amend()
    world.turn(2)
    assert [len(said(world, index)) for index in (1, 2, 3)] == [1, 0, 0]
    first.kept_from.clear()
    world.turn(3)
    assert [len(said(world, index)) for index in (1, 2, 3)] == [2, 2, 2]


def test_after_the_old_deadline_an_amendment_that_failed_is_not_revived(world: World) -> None:
    """Number 1 had one acknowledgement; number 2 would let latecomers into a closed box."""
    world.certified().amend(kept_from={2, 3})
    world.turn(2)
    world.clock.now = DEADLINE
    world.amend()
    world.turn(2)
    assert [len(said(world, index)) for index in (1, 2, 3)] == [1, 0, 0]


def test_nobody_acknowledges_two_amendments_under_one_number(world: World) -> None:
    world.certified().amend()
    world.turn()
    world.platform.amendments.clear()
    world.amend(world.amendment(deadline=DEADLINE + 2 * HOUR, not_before=NOT_BEFORE + 2 * HOUR))
    world.turn(2)
    assert [len(said(world, index)) for index in (1, 2, 3)] == [1, 1, 1]


def test_a_log_with_two_histories_moves_no_deadline(world: World) -> None:
    world.certified().amend()
    world.parties[0].journal.log.record_fork("another history", b"")
    world.turn(2)
    assert [len(said(world, index)) for index in (1, 2, 3)] == [0, 1, 1]


# What a platform may do with the acknowledgements, and when the bids open then.


def test_hidden_from_the_request_it_still_binds(world: World) -> None:
    """In force, and kept from one: that one alone opens nothing at the old time."""
    desk = world.certified().amend(kept_from={3})
    world.turn(2)
    boxed(world)
    hidden = asked_at(world, 0)
    assert sorted(hidden.answers) == [3]
    assert world.rules(1) == ["time-not-reached"]
    shown = asked_at(world, 0.5, desk)
    assert not shown.answers


def test_who_never_saw_it_waits_once_the_log_shows_it(world: World) -> None:
    desk = world.certified().amend(kept_from={3})
    world.turn(2)
    boxed(world)
    assert not asked_at(world, 0, desk).answers
    assert world.rules(3) == ["time-not-reached"]
    assert sorted(asked_at(world, 1, desk).answers) == [1, 2, 3]


def test_not_in_force_the_others_open_at_the_published_time(world: World) -> None:
    """One acknowledged: it waits for what it promised, and nobody waits for it."""
    world.certified().amend(kept_from={2, 3})
    world.turn(2)
    world.submit()
    world.turn()
    world.clock.now = DEADLINE
    world.close_box()
    world.turn()
    desk = asked_at(world, 0)
    assert sorted(desk.answers) == [2, 3]
    assert world.rules(1) == ["time-not-reached"]
    world.clock.now = NOT_BEFORE + HOUR
    world.turn(4)
    assert sorted(desk.answers) == [1, 2, 3]


def test_words_kept_from_the_log_put_nothing_in_force(world: World) -> None:
    """The platform has two acknowledgements and logs one: it can delay, and never let anyone in."""
    desk = world.certified().amend(kept_from={3}, unlogged={2})
    world.turn(2)
    boxed(world, late=True)
    assert not asked_at(world, 1, desk).answers
    assert world.rules(3) == ["changed-timetable"]
    # By the published deadline the late bid is not opened, and the other one is.
    opened = asked_at(world, 1)
    assert sorted(opened.answers) == [1, 2, 3]
    answer = world.answer(opened)
    assert answer.answered == [0]
    assert [(each.leaf, each.rule) for each in answer.invalid] == [(1, "late-leaf")]


def test_words_logged_too_late_put_nothing_in_force(world: World) -> None:
    desk = world.certified().amend(unlogged={1, 2, 3})
    world.turn(2)
    bodies = {index: world.parties[index - 1].view.said("acknowledgement")[0] for index in (1, 2)}
    boxed(world)
    desk.unlogged.clear()
    for index, body in bodies.items():
        desk.take(world.log, world.clock.now, index, body)
    world.turn()
    assert not asked_at(world, 1, desk).answers
    assert world.rules() == ["changed-timetable"]


def test_forged_words_put_nothing_in_force(world: World) -> None:
    """The platform and one bribed custodian sign for the others."""
    desk = world.certified().amend(kept_from={2, 3})
    world.turn(2)
    digest = amendment.digest(desk.signed.amendment)
    bribed = world.parties[0].own.identity
    assert bribed is not None
    forged = Acknowledgement(amendment=digest, custodian=2, at=world.clock.now)
    body = canonical.encode(amendment.acknowledge(forged, bribed))
    desk.take(world.log, world.clock.now, 2, body)
    world.turn()
    boxed(world)
    assert not asked_at(world, 1, desk).answers
    assert world.rules(3) == ["changed-timetable"]


def test_words_of_a_log_that_nobody_followed_count_for_nothing(world: World) -> None:
    desk = in_force(world)
    boxed(world)
    world.platform.requests.clear()
    world.clock.now = NOT_BEFORE + HOUR
    shown = desk.shown(world.log)
    elsewhere = [replace(each, index=each.index + 1) for each in shown.acknowledgements]
    request = world.request(amendments=[replace(shown, acknowledgements=elsewhere)])
    desk_ = world.ask(request)
    world.turn(4)
    assert not desk_.answers
    assert world.rules() == ["changed-timetable"]


def test_two_timetables_for_two_audiences_open_nothing(world: World) -> None:
    """Both signers, under one number: with more custodians than three, both could be in force."""
    world.certified().amend(kept_from={1, 2})
    world.turn(2)
    world.platform.amendments.clear()
    longer = world.amendment(deadline=DEADLINE + 2 * HOUR, not_before=NOT_BEFORE + 2 * HOUR)
    other = world.amend(longer, kept_from={3})
    world.turn(2)
    boxed(world)
    asked_at(world, 2, other)
    assert world.rules(3) == ["changed-timetable"]


def test_an_amendment_that_another_one_rests_on_must_be_shown(world: World) -> None:
    in_force(world)
    world.amend()
    world.turn(2)
    boxed(world)
    assert not asked_at(world, 2).answers
    assert world.rules() == ["changed-timetable"]


def test_a_late_bid_does_not_make_up_the_minimum(world: World) -> None:
    """Somebody moved the deadline in the table, because one bid was missing."""
    world.certified(minimum_bids=2)
    boxed(world, late=True)
    assert not asked_at(world, 1).answers
    assert world.rules() == ["below-minimum"]


def test_a_key_is_not_forgotten_before_the_later_time(world: World) -> None:
    in_force(world)
    party, tender = world.parties[0], world.key.terms.tender
    with pytest.raises(ForgettingRefused):
        forget(party.journal, party.seat, party.own, tender, "1", NOT_BEFORE + HOUR / 2)
    assert forget(party.journal, party.seat, party.own, tender, "1", NOT_BEFORE + HOUR)
