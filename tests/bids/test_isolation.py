"""Nobody sees another's bid, and no answer tells whether there is one."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from sunseal.database import Role
from sunseal.errors import Forbidden
from tests.bids.world import API, TUS, Bidder, Box, problem, seal

TABLES = ("joining", "submission", "upload", "segment", "event")

TRESPASSES: dict[str, tuple[Callable[[Bidder, str, str], Any], int]] = {
    "reading": (lambda b, s, _: b.get(f"{API}/submissions/{s}"), 404),
    "finalising": (lambda b, s, _: b.finalise(s), 404),
    "measuring": (lambda b, _, u: b.head(u), 404),
    "appending": (lambda b, _, u: b.patch(u, 0, b"x"), 404),
    "ending": (lambda b, _, u: b.box.client.delete(u, headers={**b.headers, **TUS}), 404),
}


@pytest.mark.parametrize(("act", "status"), TRESPASSES.values(), ids=TRESPASSES.keys())
def test_another_firms_bid_does_not_exist(
    bidder: Bidder, act: Callable[[Bidder, str, str], Any], status: int
) -> None:
    committed = bidder.committed(bidder.say(seal(bidder.envelope)))
    rival = bidder.box.joined(bidder.envelope)
    answer = act(rival, committed["id"], committed["upload"])
    unknown = "00000000-0000-4000-8000-000000000000"
    nothing = act(rival, unknown, f"{API}/uploads/{unknown}")
    assert (answer.status_code, nothing.status_code) == (status, status)
    assert answer.text.replace(committed["id"], unknown) == nothing.text


def test_rows_of_another_firm_are_out_of_reach(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    bidder.handed_in(bidder.say(file), file.data)
    rival = bidder.box.joined(bidder.envelope)
    rival.handed_in(rival.say(other := seal(rival.envelope)), other.data)
    box = bidder.box.database.box
    with box.unit_as(Role.BIDDER, rival.person, rival.organization) as uow:
        for table in TABLES:
            seen = uow.session.execute(text(f"select distinct organization_id from sealed.{table}"))
            assert [row.organization_id for row in seen] == [rival.organization], table


FORBIDDEN = (
    "update sealed.gate set deadline = deadline + interval '1 day'",
    "update sealed.gate set note = 'x'",
    "update sealed.joining set joined_at = kit.now()",
    "update sealed.submission set statement = ''",
    "update sealed.submission set refusal = null",
    "delete from sealed.submission",
    "delete from sealed.joining",
    "select * from sealed.box_leaf",
    "select * from sealed.screening",
    "select * from sealed.tick_seed",
    "select xmin from sealed.gate",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_what_a_bidders_login_may_not_do(bidder: Bidder, statement: str) -> None:
    box = bidder.box.database.box
    with (
        pytest.raises((Forbidden, ProgrammingError)),
        box.unit_as(Role.BIDDER, bidder.person, bidder.organization) as uow,
    ):
        uow.session.execute(text(statement))


@pytest.mark.parametrize(
    "role", [Role.CENTRE, Role.TENDERING_PARTY, Role.AGENT, Role.SUPERVISOR, Role.OPERATOR]
)
@pytest.mark.parametrize("table", [*TABLES, "gate"])
def test_no_desk_role_reads_the_box(crowd: Box, role: Role, table: str) -> None:
    desk = crowd.database.desk
    with pytest.raises(Forbidden), desk.unit_as(role) as uow:
        uow.session.execute(text(f"select count(*) from sealed.{table}"))


def test_one_sees_the_same_alone_and_among_many(box: Box) -> None:
    """Two envelopes, one with a rival's bid in it: every answer has the same shape and length."""
    quiet, busy = box.envelope(), box.envelope()
    for _ in range(3):
        rival = box.joined(busy)
        file = seal(busy)
        rival.handed_in(rival.say(file), file.data)
    alone, among = answers(box.joined(quiet)), answers(box.joined(busy))
    assert alone == among


def answers(bidder: Bidder) -> list[tuple[int, int, list[str]]]:
    """Status, length and header names of all that a bidder hears on its way."""
    file = seal(bidder.envelope, 70_000)
    said = bidder.say(file)
    heard = [bidder.get(f"{bidder.envelope.path}/joinings"), bidder.commit(said)]
    submission, upload = heard[-1].json()["id"], heard[-1].json()["upload"]
    heard += [bidder.head(upload), bidder.finalise(submission)]
    heard += [bidder.patch(upload, 0, file.data), bidder.get(f"{API}/submissions")]
    return [(one.status_code, shape(one), sorted(one.headers)) for one in heard]


def shape(answer: Any) -> int:
    """The length of the text, without what differs by the microsecond."""
    return len(answer.text) if answer.status_code >= 400 else len(answer.text) // 100


def test_a_visitor_hears_nothing(crowd: Box) -> None:
    answer = crowd.client.get(f"{API}/submissions")
    assert problem(answer) == "unauthenticated"
