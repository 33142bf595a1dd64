from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal.database import Actor, Role
from sunseal.errors import Forbidden
from sunseal.tenders import rules
from sunseal.tenders.errors import (
    BadDocumentName,
    BadTender,
    NotYourTender,
    PeriodTooShort,
    TimePassed,
    TooFewBidders,
    WrongStatus,
)
from sunseal.tenders.rules import NEXT, Status, Timetable

NOW = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
PARTY, AGENT, OTHER = uuid4(), uuid4(), uuid4()


def timetable(days: float, *, statutory: bool = True, bids: int = 3, box: int = 4096) -> Timetable:
    deadline = NOW + timedelta(days=days)
    return Timetable(statutory, deadline, deadline, bids, box)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(list(Status)), max_size=30))
def test_whatever_is_tried_a_tender_only_goes_forward(wishes: list[Status]) -> None:
    order = list(Status)
    status, tender = Status.DRAFT, uuid4()
    for wish in wishes:
        try:
            rules.check_step(tender, status, wish)
        except WrongStatus:
            continue
        assert order.index(wish) > order.index(status)
        assert status not in (Status.OPENED, Status.FAILED, Status.CANCELLED)
        status = wish


def test_only_the_worker_s_statuses_lead_to_an_opening() -> None:
    assert [status for status in Status if Status.OPENED in NEXT[status]] == [Status.CLOSED]
    assert [status for status in Status if Status.CLOSED in NEXT[status]] == [Status.PUBLISHED]
    assert [status for status in Status if Status.PUBLISHED in NEXT[status]] == [Status.CEREMONY]


@pytest.mark.parametrize("days", [20, 21, 90])
def test_twenty_days_are_lawful(days: int) -> None:
    rules.check_timetable(timetable(days), NOW)


def test_one_second_less_is_refused_with_the_earliest_deadline() -> None:
    with pytest.raises(PeriodTooShort) as refused:
        rules.check_timetable(timetable(20 - 1 / 86400), NOW)
    assert refused.value.earliest == NOW + timedelta(days=20)


def test_two_bidders_are_too_few_for_a_statutory_tender() -> None:
    with pytest.raises(TooFewBidders):
        rules.check_timetable(timetable(30, bids=2), NOW)


def test_a_voluntary_tender_may_be_minutes_long_with_one_bid() -> None:
    rules.check_timetable(timetable(1 / 1440, statutory=False, bids=1), NOW)


@pytest.mark.parametrize("box", [0, 1, 3, 6, 4095, 1 << 17])
def test_a_box_size_is_a_power_of_two(box: int) -> None:
    with pytest.raises(BadTender, match="power of two"):
        rules.check_timetable(timetable(30, box=box), NOW)


def test_nobody_opens_before_the_deadline() -> None:
    early = Timetable(False, NOW + timedelta(days=2), NOW + timedelta(days=1), 1, 16)
    with pytest.raises(BadTender, match="before the deadline"):
        rules.check_timetable(early, NOW)


def test_a_deadline_lies_ahead() -> None:
    with pytest.raises(TimePassed):
        rules.check_timetable(timetable(0, statutory=False), NOW)


@pytest.mark.parametrize(
    ("role", "organization"),
    [
        (Role.TENDERING_PARTY, PARTY),
        (Role.AGENT, AGENT),
        (Role.CENTRE, OTHER),
    ],
)
def test_its_own_side_writes_a_tender(role: Role, organization: UUID) -> None:
    rules.may_write(Actor(role, uuid4(), organization), uuid4(), PARTY, AGENT)


@pytest.mark.parametrize(
    ("role", "organization", "error"),
    [
        (Role.TENDERING_PARTY, OTHER, NotYourTender),
        (Role.TENDERING_PARTY, AGENT, NotYourTender),
        (Role.AGENT, PARTY, NotYourTender),
        (Role.AGENT, None, NotYourTender),
        (Role.SUPERVISOR, PARTY, Forbidden),
        (Role.CUSTODIAN, PARTY, Forbidden),
        (Role.OPERATOR, PARTY, Forbidden),
        (Role.BIDDER, PARTY, Forbidden),
        (Role.PUBLIC, PARTY, Forbidden),
        (Role.WORKER, PARTY, Forbidden),
    ],
)
def test_nobody_else_does(role: Role, organization: UUID | None, error: type[Forbidden]) -> None:
    with pytest.raises(error):
        rules.may_write(Actor(role, uuid4(), organization), uuid4(), PARTY, AGENT)


def test_without_an_agent_no_agent_writes() -> None:
    with pytest.raises(NotYourTender):
        rules.may_write(Actor(Role.AGENT, uuid4(), None), uuid4(), PARTY, None)


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.CLOSED])
def test_a_tender_is_cancelled_until_its_opening_time_alone(status: Status) -> None:
    rules.may_cancel(uuid4(), status, NOW, NOW - timedelta(seconds=1))
    with pytest.raises(TimePassed):
        rules.may_cancel(uuid4(), status, NOW, NOW)


@pytest.mark.parametrize("status", [Status.OPENED, Status.FAILED, Status.CANCELLED])
def test_what_is_over_is_not_cancelled(status: Status) -> None:
    with pytest.raises(WrongStatus):
        rules.may_cancel(uuid4(), status, NOW, NOW - timedelta(days=1))


@pytest.mark.parametrize(
    "name",
    ["", ".htaccess", "a/b", "a\\b", 'a"b', "a\nb", "a\x00", "e\u0301.pdf", "x" * 201, "a\u202eb"],
    ids=["empty", "dot", "slash", "backslash", "quote", "newline", "nul", "nfd", "long", "bidi"],
)
def test_a_document_name_that_could_mislead_is_refused(name: str) -> None:
    with pytest.raises(BadDocumentName):
        rules.check_document_name(name)


@pytest.mark.parametrize("name", ["招标文件.pdf", "Bill of quantities (2).xlsx"])
def test_ordinary_names_are_fine(name: str) -> None:
    rules.check_document_name(name)
