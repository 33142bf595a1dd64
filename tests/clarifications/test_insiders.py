"""What a curious agent, a clerk, a rival and a superuser's helper would try, and where it ends."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql
from psycopg.errors import (
    CheckViolation,
    InsufficientPrivilege,
    RestrictViolation,
    UniqueViolation,
)

from sunseal.clarifications.repository import ANSWER
from sunseal.database import Role
from sunseal_crypto import canonical
from tests.clarifications.world import STAFF, Person, Place, added, as_role, person_of, published
from tests.opening.firm import Firm

DESK_ROLES = ("public", "door", *STAFF)
PEEKS = (
    "select organization_id from sealed.question",
    "select asked_at from sealed.question",
    "select count(*) from sealed.question",
    "select released from sealed.question",
    "select text from notice.question",
    "explain select text from notice.question",
    "select count(*) from notice.answered",
    "select organization_id from sealed.event",
    "select n_tup_ins from pg_stat_all_tables where relname = 'question'",
    "select pg_relation_size('sealed.question')",
    "select body from kit.idempotency",
    "explain select * from sealed.question",
)


@pytest.fixture(scope="module")
def asked(lasting: Place) -> tuple[Place, Firm, Firm]:
    """Two firms have asked, one question of each is released, another one waits."""
    firms = lasting.world.firm(), lasting.world.firm()
    for firm in firms:
        assert lasting.asks(firm, f"{firm.name[:2]}的图纸何时发放？").status_code == 201
    lasting.to_the_next_hour()
    lasting.asks(firms[0], "还没有放出的一问？")
    assert lasting.publishes("已发布。", question="何时？").status_code == 201
    return lasting, *firms


Asked = tuple[Place, Firm, Firm]


@pytest.mark.parametrize("role", DESK_ROLES)
def test_no_desk_role_asks_the_database_who_asks(asked: Asked, role: str) -> None:
    place = asked[0]
    for peek in PEEKS:
        with pytest.raises(InsufficientPrivilege):
            as_role(place, "desk", role, place.staff.get(role), peek)


@pytest.mark.parametrize("role", ["public", "centre", "supervisor", "custodian", "operator"])
def test_texts_are_for_the_tenders_own_side(asked: Asked, role: str) -> None:
    place, tender = asked[0], asked[0].world.tender
    for query in (
        f"select * from notice.questions_of('{tender}')",
        f"select notice.answer('{tender}', '{{}}')",
        f"select sealed.answer_to('{tender}')",
    ):
        with pytest.raises(InsufficientPrivilege):
            as_role(place, "desk", role, place.staff.get(role), query)


def test_another_buyer_sees_no_text_and_publishes_nothing_here(asked: Asked) -> None:
    place = asked[0]
    stranger = place.stranger
    query = f"select id from notice.questions_of('{place.world.tender}')"
    assert as_role(place, "desk", "tendering_party", stranger, query) == []
    assert len(as_role(place, "desk", "agent", place.staff["agent"], query)) == 2
    for method, path, form in (
        ("GET", "questions", None),
        ("POST", "clarifications", {"answer": "假的"}),
    ):
        answer = place.send(method, f"{place.path}/{path}", stranger.token, form)
        assert answer.status_code == 403, answer.text


@pytest.mark.parametrize("kind", ["centre", "supervisor", "operator", "custodian"])
def test_a_clerk_is_refused_over_http_and_it_is_logged(asked: Asked, kind: str) -> None:
    place, who = asked[0], asked[0].staff[kind]
    before = place.world.rows("select count(*) from audit.entry where outcome = 'refused'")
    for method, path, form in (
        ("GET", "questions", None),
        ("GET", "questions/own", None),
        ("POST", "questions", {"text": "谁在问？"}),
        ("POST", "clarifications", {"answer": "假的"}),
    ):
        answer = place.send(method, f"{place.path}/{path}", who.token, form)
        assert answer.status_code == 403, f"{method} {path}: {answer.text}"
    after = place.world.rows("select count(*) from audit.entry where outcome = 'refused'")
    assert after[0][0] - before[0][0] == 4


def test_a_rival_sees_its_own_questions_alone(asked: Asked) -> None:
    place, one, two = asked
    assert {each["text"] for each in place.own(two)}.isdisjoint(
        each["text"] for each in place.own(one)
    )
    rival = person_of(two)
    query = "select organization_id from sealed.question"
    assert set(as_role(place, "box", "bidder", rival, query)) == {(two.organization,)}
    for table in ("notice.question", "notice.answered", "audit.tick_seed"):
        with pytest.raises(InsufficientPrivilege):
            as_role(place, "box", "bidder", rival, f"select 1 from {table}")
    answer = place.send("GET", f"{place.path}/questions", place.token(two))
    assert answer.status_code == 403


FORGED = """insert into sealed.question (tender_id, organization_id, number, text)
    values ({tender}, {firm}, {number}, '？')"""


@pytest.mark.parametrize(
    ("whose", "number", "refusal"),
    [("other", 5, InsufficientPrivilege), ("own", 11, CheckViolation), ("own", 1, UniqueViolation)],
    ids=["in a rival's name", "an eleventh", "one twice"],
)
def test_by_sql_a_bidder_asks_no_more_than_the_page_lets_it(
    asked: Asked, whose: str, number: int, refusal: type[Exception]
) -> None:
    place, one, two = asked
    firm = {"own": two, "other": one}[whose].organization
    given = {"tender": place.world.tender, "firm": firm, "number": number}
    query = sql.SQL(FORGED).format(**{name: sql.Literal(each) for name, each in given.items()})
    with pytest.raises(refusal):
        as_role(place, "box", "bidder", person_of(two), query)


def test_by_sql_nobody_asks_about_what_is_not_published(asked: Asked) -> None:
    place, one, _ = asked
    given = {"tender": uuid4(), "firm": one.organization, "number": 7}
    query = sql.SQL(FORGED).format(**{name: sql.Literal(each) for name, each in given.items()})
    with pytest.raises(InsufficientPrivilege):
        as_role(place, "box", "bidder", person_of(one), query)


@pytest.mark.parametrize(
    "statement",
    [
        "update sealed.question set released = gen_random_uuid()",
        "update sealed.question set text = 'x'",
        "delete from sealed.question",
        "insert into sealed.question (tender_id, organization_id, number, text, asked_at)"
        " select tender_id, organization_id, 9, 'x', kit.now() from sealed.question limit 1",
        "insert into sealed.question (tender_id, organization_id, number, text, released)"
        " select tender_id, organization_id, 9, 'x', id from sealed.question limit 1",
    ],
    ids=["release", "reword", "delete", "another time", "as somebody else's"],
)
def test_what_was_asked_stays(asked: Asked, statement: str) -> None:
    place, one, _ = asked
    with pytest.raises(InsufficientPrivilege):
        as_role(place, "box", "bidder", person_of(one), statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update sealed.question set text = 'x'",
        "update sealed.question set organization_id = gen_random_uuid()",
        "insert into sealed.question (tender_id, organization_id, number, text)"
        " values (gen_random_uuid(), gen_random_uuid(), 1, 'x')",
        "update notice.question set text = 'x'",
        "insert into notice.clarification select * from notice.clarification",
        "update notice.clarification set body = 'x'",
        "delete from notice.clarification",
        "delete from notice.answered",
    ],
)
def test_the_worker_carries_and_writes_nothing_of_its_own(asked: Asked, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        as_role(asked[0], "work", "worker", None, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update notice.clarification set body = 'x', digest = sha256('x')",
        "update notice.clarification set number = number + 1",
        "delete from notice.clarification",
    ],
)
def test_not_even_the_owner_changes_what_was_published(asked: Asked, statement: str) -> None:
    with pytest.raises(RestrictViolation):
        asked[0].world.rows(statement)


@pytest.mark.parametrize(
    ("changes", "by"),
    [
        ({"number": 7}, timedelta(0)),
        ({"number": 1}, timedelta(0)),
        ({"tender": str(uuid4())}, timedelta(0)),
        ({}, -timedelta(hours=1)),
    ],
    ids=["leaves numbers out", "takes one twice", "says another tender", "back-dates the row"],
)
def test_by_sql_the_agent_publishes_no_false_clarification(
    asked: Asked, changes: dict[str, Any], by: timedelta
) -> None:
    place = asked[0]
    said = published(place, **changes)
    with pytest.raises(RestrictViolation):
        added(place, place.staff["agent"], said, said.published_at + by)


def test_by_sql_the_agent_back_dates_not_even_both(asked: Asked) -> None:
    place = asked[0]
    said = published(place)
    earlier = said.published_at - timedelta(hours=1)
    with pytest.raises(RestrictViolation):
        added(place, place.staff["agent"], published(place, published_at=earlier), earlier)
    added(place, place.staff["agent"], said, said.published_at)


JUNK: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "a word missing": lambda said: canonical.encode(
        {name: each for name, each in said.items() if name != "origin"}
    ),
    "a word too many": lambda said: canonical.encode(said | {"html": "x"}),
    "a number where words belong": lambda said: canonical.encode(said | {"answer": 5}),
    "another spelling": lambda said: canonical.encode(said).replace(b'":"', b'": "', 1),
    "a key twice": lambda said: canonical.encode(said).replace(b"{", b'{"answer":"x",', 1),
    "another time zone": lambda said: canonical.encode(
        said | {"published_at": said["published_at"].replace("Z", "+00:00")}
    ),
    "another version": lambda said: canonical.encode(said | {"version": "v2"}),
    "nothing": lambda said: canonical.encode(said | {"answer": ""}),
    "no end": lambda said: canonical.encode(said | {"answer": "答" * 4001}),
}


@pytest.mark.parametrize("spoil", JUNK.values(), ids=JUNK.keys())
def test_by_sql_the_agent_publishes_nothing_that_no_page_could_read(
    asked: Asked, spoil: Callable[[dict[str, Any]], bytes]
) -> None:
    """It could never be taken back, and nothing could be published after it."""
    place = asked[0]
    said = published(place)
    body = spoil(json.loads(canonical.encode(said)))
    with pytest.raises(RestrictViolation):
        added(place, place.staff["agent"], said, said.published_at, body)


def test_the_database_spells_an_answer_as_the_platform_does(asked: Asked) -> None:
    """Else what it refuses above would prove nothing, or it would refuse what somebody wrote."""
    place = asked[0]
    said = published(place, answer='"\\\n\t/ é 𝄞')
    added(place, place.staff["agent"], said, said.published_at)


def test_another_buyer_marks_no_question_here_as_answered(asked: Asked) -> None:
    place, who = asked[0], asked[0].stranger
    answered = "select count(*) from notice.answered"
    before = place.world.rows(answered)
    [[clarification]] = place.world.rows("select id from notice.clarification")
    [[question], *_] = place.world.rows("select id from notice.question")
    row = {"clarification": clarification, "questions": [question]}
    desk = place.world.database.desk
    with desk.unit_as(Role.TENDERING_PARTY, who.person, who.organization) as uow:
        uow.session.execute(ANSWER, row)
    assert place.world.rows(answered) == before


@pytest.mark.parametrize("kind", ["centre", "supervisor", "operator", "stranger"])
def test_by_sql_nobody_else_publishes(asked: Asked, kind: str) -> None:
    place = asked[0]
    who = place.stranger if kind == "stranger" else place.staff[kind]
    said = published(place)
    with pytest.raises((InsufficientPrivilege, RestrictViolation)):
        added(place, who, said, said.published_at)


def test_by_sql_nobody_publishes_in_a_name_that_is_not_registered(asked: Asked) -> None:
    place = asked[0]
    agent = place.staff["agent"]
    said = published(place)
    with pytest.raises(RestrictViolation):
        added(place, Person(agent.role, uuid4(), agent.organization, ""), said, said.published_at)
