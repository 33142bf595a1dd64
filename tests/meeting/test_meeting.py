"""From the reading-out to the signed minutes; and what is refused on the way."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from sunseal.database import Role
from sunseal.errors import Forbidden, SunsealError
from sunseal.meeting import rules, service
from sunseal.meeting.acts import Objection
from sunseal.meeting.errors import (
    AlreadyAnswered,
    BadKeySignature,
    NoPeriodYet,
    NoSuchMinutes,
    NoSuchObjection,
    NothingNew,
    NothingToRead,
    NotNamed,
    NoWords,
    ObjectionsOver,
    OtherMinutes,
    OutsideTheTender,
    PeriodRuns,
    StillUnanswered,
    StillUnread,
    TooManyObjections,
)
from sunseal.meeting.service.enter import enter
from sunseal.opening.repository import OpenedRepository
from sunseal_crypto import signing
from sunseal_crypto.signing import SigningKey
from tests.meeting.hall import BIDS, Hall

ENTRIES = "select count(*) from audit.entry"
OPENED, REPLACED, WITHDRAWN, BARRED, JOINED = range(5)


def test_from_the_reading_out_to_the_signed_minutes(hall: Hall) -> None:
    digest = hall.written()
    hall.sign(OPENED, digest)
    with hall.staff("supervisor") as uow:
        service.sign(uow, hall.tender, 1, digest)
    hall.clerk(service.sign, 1, digest)
    printed = hall.clerk(service.minutes, 1)
    kinds = [type(act).__name__ for act in printed.acts]
    assert kinds == ["Reading", "Reading", "Period", "Objection", "Reply"]
    assert [each.role for each in printed.edition.signatures] == ["bidder", "supervisor", "centre"]
    assert printed.edition.signatures[0].firm == hall.firms[OPENED].name
    # And the log knows each act by its digest, so the auditor has nothing to say.
    hall.scene.settle()
    assert hall.scene.verdict().findings.faults == []


def test_what_is_read_out_is_what_the_bid_says(stage: Callable[[str], Hall]) -> None:
    hall = stage("fresh")
    envelope, position = hall.scene.sql(BIDS)[0]
    made = hall.clerk(service.read_out, envelope, position)
    [[name, price]] = hall.scene.sql(
        "select organization_name, price from opened.bid where position = %s", position
    )
    assert (made.bidder, made.price) == (name, price)
    assert hall.clerk(service.read_out, envelope, position) == made


def test_who_is_accounted_for_can_object_as_well(stage: Callable[[str], Hall]) -> None:
    """Withdrawn, barred, or only joined: the opening named none of them, and each has a word."""
    hall = stage("asked")
    for number in (WITHDRAWN, BARRED, JOINED):
        assert hall.object(number, "第 0 条").raiser_name == hall.firms[number].name


def test_an_objection_heard_in_the_room_names_its_firm_and_its_clerk(
    stage: Callable[[str], Hall],
) -> None:
    hall = stage("asked")
    firm = hall.firms[REPLACED]
    made = hall.clerk(service.raise_objection, "当场提出", firm.organization)
    assert (made.raiser_name, made.is_own, made.role) == (firm.name, False, "centre")


def test_what_was_sent_twice_is_entered_once(hall: Hall) -> None:
    hall.ask()
    one = hall.object(OPENED)
    assert hall.object(OPENED) == one
    reply = hall.clerk(service.reply, UUID(one.id), "是")
    assert hall.clerk(service.reply, UUID(one.id), "是") == reply
    there = hall.clerk(service.attend, "李四", "某公司", "代表")
    assert hall.clerk(service.attend, "李四", "某公司", "代表") == there
    said = hall.clerk(service.correct, "一处笔误")
    assert hall.clerk(service.correct, "一处笔误") == said
    hall.is_over()
    hall.clerk(service.write_minutes)
    digest = hall.meeting().course.editions[0].digest
    assert hall.sign(OPENED, digest) == hall.sign(OPENED, digest)


def test_an_id_card_number_never_reaches_the_hall(stage: Callable[[str], Hall]) -> None:
    hall = stage("asked")
    assert "11010519491231002X" not in hall.object(OPENED, "张三 11010519491231002X 未到场").text


def test_who_says_of_himself_that_he_is_there_names_nobody_else(
    stage: Callable[[str], Hall],
) -> None:
    hall = stage("fresh")
    made = hall.firm(OPENED, service.attend, "王五", "别的公司", "授权代表")
    assert (made.attendee, made.unit) == ("张三", hall.firms[OPENED].name)


def test_one_firm_does_not_keep_the_others_there_all_night(stage: Callable[[str], Hall]) -> None:
    """Every objection needs its reply. Neither its page nor its SQL gets past the number."""
    hall, firm = stage("asked"), stage("asked").firms[JOINED]
    for number in range(rules.MOST):
        hall.object(JOINED, f"第 {number} 条")
    with pytest.raises(TooManyObjections):
        hall.object(JOINED, "再来一条")
    named = {"raiser": str(firm.organization), "raiser_name": firm.name}
    with pytest.raises(Forbidden), firm.unit() as uow:
        enter(uow, hall.tender, Objection, **named, text="再来一条")


def test_objections_end_by_the_clock_alone(hall: Hall) -> None:
    """The clerk's browser is closed, and no process has to be alive for it."""
    hall.ask()
    hall.scene.world.move(timedelta(minutes=9, seconds=50))
    hall.object(OPENED)
    hall.is_over()
    with pytest.raises(ObjectionsOver, match="supervising authority"):
        hall.object(REPLACED)


def _dies(hall: Hall) -> None:
    """Killed by the database's own hand, after the act and before the commit."""
    with hall.firms[OPENED].unit() as uow:
        service.raise_objection(uow, hall.tender, "x")
        process = uow.session.execute(text("select pg_backend_pid()")).scalar_one()
        hall.scene.sql("select pg_terminate_backend(%s)", process)


def test_a_process_that_dies_in_the_middle_leaves_nothing_behind(
    stage: Callable[[str], Hall],
) -> None:
    """Neither half an act nor its entry, and nobody waits for the dead."""
    hall = stage("asked")
    before = hall.acts(), hall.scene.one(ENTRIES)
    with pytest.raises(OperationalError):
        _dies(hall)
    assert (hall.acts(), hall.scene.one(ENTRIES)) == before
    hall.object(OPENED, "and again")


def test_who_speaks_at_the_same_moment_waits_his_turn(stage: Callable[[str], Hall]) -> None:
    """So whoever goes on from the last event he saw has missed none."""
    hall = stage("asked")
    other = Thread(target=hall.object, args=(REPLACED, "第二条"))
    with hall.firms[OPENED].unit() as uow:
        service.raise_objection(uow, hall.tender, "第一条")
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(60)
    shown = hall.scene.sql(
        "select body ->> 'text' from opened.hall_event where kind = 'objection' order by id"
    )
    assert shown[-2:] == [("第一条",), ("第二条",)]


def test_the_worker_waits_its_turn_as_well(stage: Callable[[str], Hall]) -> None:
    """It writes into the same hall, when a bid is opened after all."""
    hall = stage("asked")

    def announces() -> None:
        with hall.scene.world.work.unit_as(Role.WORKER) as uow:
            OpenedRepository(uow.session).announce(hall.tender, "answer", {}, uow.now)
            uow.session.rollback()

    worker = Thread(target=announces)
    with hall.firms[OPENED].unit() as uow:
        service.raise_objection(uow, hall.tender, "又一条")
        worker.start()
        worker.join(0.3)
        assert worker.is_alive()
    worker.join(60)
    assert not worker.is_alive()


def test_what_comes_after_the_minutes_makes_a_supplement(hall: Hall) -> None:
    digest = hall.written()
    hall.sign(OPENED, digest)
    hall.clerk(service.ask_for_objections, 5)
    later = hall.object(REPLACED, "补充异议")
    hall.clerk(service.reply, UUID(later.id), "已答复")
    hall.clerk(service.correct, "第一版第 2 行应为乙公司")
    hall.is_over()
    second = hall.clerk(service.write_minutes)
    assert (second.edition, second.previous) == (2, digest)
    first, last = hall.meeting().course.editions
    assert (first.digest, len(first.signatures), last.signatures) == (digest, 1, [])
    kinds = [type(act).__name__ for act in hall.clerk(service.minutes, 2).acts]
    assert kinds == ["Signature", "Period", "Objection", "Reply", "Correction"]


def test_a_firm_can_sign_with_its_key_too(stage: Callable[[str], Hall]) -> None:
    hall = stage("written")
    digest = hall.meeting().course.editions[0].digest
    firm = hall.firms[OPENED]
    good = signing.sign_labelled(firm.key, rules.SIGN_LABEL, digest)
    other = signing.sign_labelled(SigningKey.generate(), rules.SIGN_LABEL, digest)
    with pytest.raises(BadKeySignature):
        hall.firm(OPENED, service.sign, 1, digest, other)
    with pytest.raises(Forbidden):
        hall.clerk(service.sign, 1, digest, good)
    assert hall.firm(OPENED, service.sign, 1, digest, good).key == firm.key.public


Deed = Callable[[Hall], object]
REFUSED: dict[str, tuple[str, type[SunsealError], Deed]] = {
    "a reading where nothing was opened": (
        "fresh",
        NothingToRead,
        lambda h: h.clerk(service.read_out, "1", 9999),
    ),
    "objections asked for before all is read": (
        "fresh",
        StillUnread,
        lambda h: h.clerk(service.ask_for_objections, 10),
    ),
    "an objection before they are asked for": ("fresh", NoPeriodYet, lambda h: h.object(OPENED)),
    "minutes before that": ("fresh", NoPeriodYet, lambda h: h.clerk(service.write_minutes)),
    "a reply to nothing": (
        "fresh",
        NoSuchObjection,
        lambda h: h.clerk(service.reply, uuid4(), "x"),
    ),
    "a signature on nothing": ("fresh", NoSuchMinutes, lambda h: h.sign(OPENED, bytes(32))),
    "a bidder who reads out": (
        "fresh",
        OutsideTheTender,
        lambda h: h.firm(OPENED, service.read_out, "1", 1),
    ),
    "a bidder who writes minutes": (
        "over",
        OutsideTheTender,
        lambda h: h.firm(OPENED, service.write_minutes),
    ),
    "a second period in the first": (
        "asked",
        PeriodRuns,
        lambda h: h.clerk(service.ask_for_objections, 10),
    ),
    "minutes while bidders may object": (
        "asked",
        PeriodRuns,
        lambda h: h.clerk(service.write_minutes),
    ),
    "minutes without a reply": (
        "unanswered",
        StillUnanswered,
        lambda h: h.clerk(service.write_minutes),
    ),
    "nothing said": ("asked", NoWords, lambda h: h.object(OPENED, "  ")),
    "more than anybody reads": ("asked", NoWords, lambda h: h.object(OPENED, "异" * 4001)),
    "a clerk for a firm that was not named": (
        "asked",
        NotNamed,
        lambda h: h.clerk(service.raise_objection, "x", h.firms[WITHDRAWN].organization),
    ),
    "a clerk for nobody": (
        "asked",
        OutsideTheTender,
        lambda h: h.clerk(service.raise_objection, "x"),
    ),
    "a rival in another's name": (
        "asked",
        OutsideTheTender,
        lambda h: h.firm(OPENED, service.raise_objection, "x", h.firms[REPLACED].organization),
    ),
    "a late objection": ("over", ObjectionsOver, lambda h: h.object(OPENED)),
    "a second reply": (
        "written",
        AlreadyAnswered,
        lambda h: h.clerk(service.reply, UUID(h.meeting().course.objections[0].id), "other"),
    ),
    "a supplement of nothing": ("written", NothingNew, lambda h: h.clerk(service.write_minutes)),
    "a signature on other bytes": ("written", OtherMinutes, lambda h: h.sign(OPENED, bytes(32))),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(stage: Callable[[str], Hall], name: str) -> None:
    at, error, deed = REFUSED[name]
    hall = stage(at)
    before = hall.acts()
    with pytest.raises(error):
        deed(hall)
    assert hall.acts() == before
