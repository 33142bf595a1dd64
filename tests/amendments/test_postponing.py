"""Two people, two keys and the custodians move a timetable; nobody else, nor any of them alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from msgspec.structs import replace
from psycopg.errors import InsufficientPrivilege, RestrictViolation
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sunseal.amendments import errors
from sunseal.amendments import service as amendments
from sunseal.audit import service as audit
from sunseal.bids import errors as bid_errors
from sunseal.bids import service as bids
from sunseal.database import Role
from sunseal.errors import Forbidden, SunsealError
from sunseal_crypto import amendment as rules
from sunseal_crypto.signing import SigningKey
from tests.amendments.world import HOUR, Amended, Person, amended, enrol, register
from tests.support.database import maker

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


# Whoever comes with SQL

BY_SQL = {
    "the worker moves the box": (
        "worker",
        "update sealed.gate set deadline = deadline + interval '1 hour'",
    ),
    "the worker moves the page": (
        "worker",
        "update notice.tender set deadline = deadline + interval '1 hour',"
        " not_before = not_before + interval '1 hour'",
    ),
    "the worker puts in force": (
        "worker",
        "insert into notice.postponement select id, kit.now() from notice.amendment",
    ),
    "the worker asks without words": (
        "worker",
        "select sealed.postpone(id) from notice.amendment",
    ),
    "the worker acknowledges": (
        "worker",
        "insert into custody.acknowledgement (amendment_id, custodian, body, entry_id)"
        " select id, 1, '', id from notice.amendment",
    ),
    "the tendering party moves the page": (
        "clerk",
        "update notice.tender set deadline = deadline + interval '1 hour'",
    ),
    "the tendering party confirms": (
        "clerk",
        "insert into notice.amendment_confirmation (amendment_id, tender_id, envelope, number,"
        " signature, confirmed_by, entry_id) select id, tender_id, envelope, number, signature,"
        " proposed_by, id from notice.amendment",
    ),
    "the tendering party stretches a proposal": (
        "clerk",
        "update notice.amendment set expires_at = 'infinity'",
    ),
    "the tendering party writes other times than it signed": (
        "clerk",
        "insert into notice.amendment (tender_id, envelope, number, body, digest, deadline,"
        " not_before, signature, proposed_by, entry_id) select tender_id, envelope, number, body ||"
        " ' ', sha256(body || ' '), deadline + interval '1 hour', not_before + interval '1 hour',"
        " signature, proposed_by, id from notice.amendment",
    ),
    "the centre confirms in another's name": (
        "centre",
        "insert into notice.amendment_confirmation (amendment_id, tender_id, envelope, number,"
        " signature, confirmed_by, entry_id) select id, tender_id, envelope, number, signature,"
        " proposed_by, id from notice.amendment",
    ),
    "the centre asks the worker's function": (
        "centre",
        "select sealed.postpone(id) from notice.amendment",
    ),
}


@pytest.fixture(scope="module")
def proposed(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Amended]:
    """One installation with a proposal, for cases that change nothing."""
    with maker(embedded, template) as make:
        made = amended(make(), tmp_path_factory.mktemp("proposed"))
        made.propose()
        yield made


@pytest.mark.parametrize("attempt", BY_SQL)
def test_refused_by_the_database(proposed: Amended, attempt: str) -> None:
    who, statement = BY_SQL[attempt]
    town = proposed
    unit = (
        town.world.work.unit_as(Role.WORKER)
        if who == "worker"
        else town.unit(town.clerk if who == "clerk" else town.centre)
    )
    # A missing right becomes Forbidden, and is logged; what a trigger refuses stays what it is.
    with pytest.raises((DBAPIError, Forbidden)) as refused, unit as uow:
        uow.session.execute(text(statement))
    if isinstance(refused.value, DBAPIError):
        assert isinstance(refused.value.orig, RestrictViolation | InsufficientPrivilege)
    assert town.timetable() == town.published


def test_the_database_counts_the_words_by_itself(town: Amended) -> None:
    """A worker that skips the signatures still needs the log."""
    id_ = town.confirmed()
    town.acknowledge(id_, 1)
    town.world.tick()
    worker = town.world.work.unit_as(Role.WORKER)
    with pytest.raises(DBAPIError, match="not in force"), worker as uow:
        uow.session.execute(text("select sealed.postpone(:id)"), {"id": id_})


def test_words_that_were_forged_in_the_table_move_nothing(town: Amended) -> None:
    """A superuser adds the row and the entry; the worker reads the signature."""
    id_ = town.confirmed()
    town.acknowledge(id_, 1)
    forged = town.word(id_, 2, SigningKey.generate())
    [[digest]] = town.world.rows("select digest from notice.amendment")
    with town.world.work.unit_as(Role.WORKER) as uow:
        entry = audit.record(
            uow,
            rules.ACKNOWLEDGE,
            "object",
            data=rules.entry_data(bytes(digest), 2, forged),
            public=True,
        )
    town.world.rows(
        "insert into custody.acknowledgement values (%s, 2, %s, %s)", id_, forged, entry.id
    )
    town.tick()
    assert town.timetable() == town.published


def test_what_two_people_said_is_not_changed_even_by_its_owner(town: Amended) -> None:
    town.propose()
    with town.world.database.admin() as admin, pytest.raises(psycopg.errors.RestrictViolation):
        admin.execute("update notice.amendment set deadline = deadline + interval '1 hour'")


def test_the_answer_to_who_asks_does_not_depend_on_bids(town: Amended) -> None:
    """Ids, texts and times are those of the amendment and of ticks."""
    town.world.bidders(2)
    id_: UUID = town.postpone()
    with town.desk.unit_of_work(None) as uow:
        [shown] = amendments.history(uow, town.world.tender, "1").amendments
    ticks = town.world.rows("select at from audit.tick")
    assert (shown.found.since,) in ticks
    assert shown.found.row.id == id_
