"""Two people, two keys and the custodians move a timetable; nobody else, nor any of them alone."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from sunseal.amendments import errors
from sunseal.amendments import service as amendments
from sunseal.bids import errors as bid_errors
from sunseal.bids import service as bids
from sunseal.database import Role
from sunseal.errors import Forbidden, SunsealError
from sunseal_crypto.signing import SigningKey
from tests.amendments.world import HOUR, Amended, Person, enrol, register

SECOND = timedelta(seconds=1)


def test_box_and_pages_move_together_once_enough_custodians_agree(town: Amended) -> None:
    id_ = town.confirmed()
    town.acknowledge(id_, 1)
    town.tick()
    assert town.timetable() == town.published
    town.acknowledge(id_, 3)
    assert town.timetable() == town.published
    town.tick()
    assert town.timetable() == town.postponed
    with town.desk.unit_of_work(None) as uow:
        shown = amendments.history(uow, town.world.tender, "1")
    assert (shown.agreed.deadline, shown.deadline) == (town.published[0], town.postponed[0])
    assert [each.state for each in shown.amendments] == ["in_force"]
    # Since the tick that held the second word: a time that nothing in the box can change.
    [[last]] = town.world.rows("select max(at) from audit.tick")
    assert shown.amendments[0].found.since == last
    actions = town.world.rows(
        "select action from audit.entry where action like 'amendment%%' order by at"
    )
    assert [action for (action,) in actions] == [
        "amendment.propose",
        "amendment.confirm",
        "amendment.acknowledge",
        "amendment.acknowledge",
        "amendment.in-force",
    ]


def test_a_second_one_follows_the_first_beyond_the_old_deadline(town: Amended) -> None:
    town.postpone()
    town.world.move_to(town.published[0])
    town.postpone(2)
    assert town.timetable() == (town.published[0] + 2 * HOUR, town.published[1] + 2 * HOUR)


def test_a_bid_on_its_way_sees_the_later_deadline(town: Amended) -> None:
    """Committed and uploaded under the old one, finalised after it."""
    firm = town.world.firm().joined()
    sealed = firm.seal()
    signed = firm.say(sealed, "submit")
    submission = firm.upload(signed, sealed.data)
    town.postpone()
    town.world.move_to(town.published[0])
    assert town.world.rows("select expires_at from sealed.upload") == [(town.postponed[0],)]
    world = town.world
    with firm.unit() as uow:
        bids.finalise(uow, world.settings, world.keys, world.storage, submission)
    assert world.rows("select state from sealed.submission") == [("finalised",)]


def test_without_an_amendment_the_same_bid_is_late(town: Amended) -> None:
    firm = town.world.firm().joined()
    sealed = firm.seal()
    submission = firm.upload(firm.say(sealed, "submit"), sealed.data)
    town.acknowledge(town.confirmed(), 1)
    town.tick()
    town.world.move_to(town.published[0])
    world = town.world
    with firm.unit() as uow, pytest.raises(bid_errors.DeadlinePassed):
        bids.finalise(uow, world.settings, world.keys, world.storage, submission)


# The race with closing


def test_words_in_time_count_however_late_the_worker_looks(town: Amended) -> None:
    id_ = town.confirmed()
    town.acknowledge(id_, 1, 2)
    town.world.tick()  # and nobody settles it
    town.world.move_to(town.published[0])
    town.world.advance()
    assert town.timetable() == town.postponed
    assert town.world.state() == "open"


def test_the_box_stays_shut_to_bids_and_open_to_the_log_until_a_tick_decides(
    town: Amended,
) -> None:
    town.acknowledge(town.confirmed(), 1)
    town.world.move_to(town.published[0])
    town.world.advance()
    assert town.world.state() == "open"
    with pytest.raises(bid_errors.DeadlinePassed):
        town.world.firm().joined()
    town.world.tick()
    town.world.advance()
    assert town.world.state() == "closed"
    assert town.timetable() == town.published


def test_words_in_a_tick_after_the_deadline_move_nothing(town: Amended) -> None:
    id_ = town.confirmed()
    town.acknowledge(id_, 1, 2)
    town.world.move_to(town.published[0])
    town.tick()
    town.world.advance()
    assert (town.world.state(), town.timetable()) == ("closed", town.published)
    with town.desk.unit_of_work(None) as uow:
        shown = amendments.history(uow, town.world.tender, "1")
    assert [each.state for each in shown.amendments] == ["lapsed"]


def test_a_tender_without_an_amendment_closes_at_once(town: Amended) -> None:
    town.propose()  # and nobody confirms it
    town.world.move_to(town.published[0])
    town.world.advance()
    assert town.world.state() == "closed"


# Who cannot


def test_it_is_moved_only_before_its_deadline(town: Amended) -> None:
    id_ = town.propose()
    town.world.move_to(town.published[0])
    with pytest.raises(errors.NotRunning):
        town.propose(town.wish(reason="too late"))
    with pytest.raises(errors.NotRunning):
        town.confirm(id_)


def test_a_proposal_ends_after_a_day(town: Amended) -> None:
    town.world.rows("update notice.tender set publish_requested_at = null")
    id_ = town.propose()
    town.world.rows(
        "set session_replication_role = replica; update notice.amendment set expires_at = kit.now()"
    )
    with pytest.raises(errors.ProposalOver):
        town.confirm(id_)


Attempt = Callable[[Amended], object]
ATTEMPTS: dict[str, tuple[Attempt, type[SunsealError]]] = {
    "a clerk without the key": (
        lambda town: town.propose(by=Person(Role.TENDERING_PARTY)),
        errors.BadAmendment,
    ),
    "the tendering party confirms its own": (
        lambda town: town.confirm(town.propose(), who=town.clerk),
        Forbidden,
    ),
    "the tendering party signs for the centre": (
        lambda town: town.confirm(town.propose(), by=town.clerk),
        errors.BadAmendment,
    ),
    "the centre proposes": (lambda town: town.propose(who=town.centre), Forbidden),
    "a supervisor proposes": (
        lambda town: town.propose(who=register(town.world, Person(Role.SUPERVISOR), "supervisor")),
        Forbidden,
    ),
    "another tendering party": (
        lambda town: town.propose(who=other(town, Role.TENDERING_PARTY)),
        Forbidden,
    ),
    "another centre confirms": (
        lambda town: town.confirm(town.propose(), who=other(town, Role.CENTRE)),
        errors.NotAmender,
    ),
    "an earlier deadline": (
        lambda town: town.propose(town.wish(deadline=town.published[0] - SECOND)),
        errors.BadAmendment,
    ),
    "an earlier opening": (
        lambda town: town.propose(town.wish(not_before=town.published[1] - SECOND)),
        errors.BadAmendment,
    ),
    "another tender's": (
        lambda town: town.propose(town.wish(tender=str(uuid4()))),
        errors.BadAmendment,
    ),
    "the second before the first": (
        lambda town: town.propose(replace(town.wish(), number=2, previous=bytes(32))),
        errors.BadAmendment,
    ),
    "another one while custodians are asked": (
        lambda town: (town.confirmed(), town.propose(town.wish(reason="another"))),
        errors.AlreadyConfirmed,
    ),
    "two proposals, both confirmed": (
        lambda town: [
            town.confirm(each)
            for each in (town.propose(), town.propose(town.wish(reason="another")))
        ],
        errors.AlreadyConfirmed,
    ),
}


def other(town: Amended, role: Role) -> Person:
    """Of another organization of the same kind, with a key of its own."""
    made = register(town.world, Person(role), "another")
    enrol(town.world, made)
    return made


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_refused(town: Amended, attempt: str) -> None:
    act, refusal = ATTEMPTS[attempt]
    with pytest.raises(refusal):
        act(town)
    town.tick()
    assert town.timetable() == town.published


def test_a_revoked_key_proposes_nothing(town: Amended) -> None:
    town.world.rows(
        "update registry.signing_key set revoked_at = kit.now() where public_key = %s",
        town.clerk.key.public,
    )
    with pytest.raises(errors.NotAmender):
        town.propose()


def test_only_the_custodian_in_its_seat_acknowledges(town: Amended) -> None:
    id_ = town.confirmed()
    first, second = town.seats[:2]
    with town.unit(first) as uow, pytest.raises(Forbidden):
        amendments.acknowledge(uow, id_, 2, town.word(id_, 2))
    with town.unit(second) as uow, pytest.raises(errors.BadAmendment):
        amendments.acknowledge(uow, id_, 2, town.word(id_, 2, SigningKey.generate()))
    proposal = town.world.rows("select id from notice.amendment")
    assert proposal == [(id_,)]
    town.acknowledge(id_, 1)
    with town.unit(first) as uow, pytest.raises(errors.OtherWord):
        amendments.acknowledge(uow, id_, 1, town.word(id_, 1))


def test_custodians_see_no_proposal_that_nobody_confirmed(town: Amended) -> None:
    id_ = town.propose()
    with town.unit(town.seats[0]) as uow:
        assert amendments.work(uow) == []
        with pytest.raises(errors.NoSuchAmendment):
            amendments.acknowledge(uow, id_, 1, town.word(id_, 1))
    town.confirm(id_)
    with town.unit(town.seats[0]) as uow:
        assert [each.id for each in amendments.work(uow)] == [id_]
    town.acknowledge(id_, 1)
    with town.unit(town.seats[0]) as uow:
        assert amendments.work(uow) == []
    with town.desk.unit_of_work(None) as uow:
        assert len(amendments.history(uow, town.world.tender, "1").amendments) == 1


def test_the_answer_to_who_asks_does_not_depend_on_bids(town: Amended) -> None:
    """Ids, texts and times are those of the amendment and of ticks."""
    town.world.bidders(2)
    id_: UUID = town.postpone()
    with town.desk.unit_of_work(None) as uow:
        [shown] = amendments.history(uow, town.world.tender, "1").amendments
    ticks = town.world.rows("select at from audit.tick")
    assert (shown.found.since,) in ticks
    assert shown.found.row.id == id_
