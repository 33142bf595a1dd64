"""What is known of a firm: taken once from each source, objected to, struck by two, never lost."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, RestrictViolation

from sunseal.conduct import service as conduct
from sunseal.database import Role
from tests.support.database import TestDatabase
from tests.support.review import NAMESAKE, VERDICTS, Desk
from tests.support.service import USCC
from tests.tenders.people import enrol

CONDUCT = "/api/v1/conduct"


def collect(desk: Desk) -> None:
    with desk.service.database.work.unit_as(Role.WORKER) as uow:
        conduct.collect(uow)


def facts(desk: Desk, **query: str) -> list[Any]:
    answer = desk.get(desk.first, CONDUCT, **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def _penalty(desk: Desk) -> str:
    """An entry of the district's blacklist about the firm, confirmed; its id."""
    form = {
        "decision_number": "罚〔2027〕7号",
        "authority": "区公共资源交易监督办公室",
        "subject": "company",
        "name": "第0建筑有限公司",
        "identifier": USCC[0],
        "severity": "严重",
        "reason": "串通投标",
        "effective_from": "2020-01-01",
        "effective_to": "2099-01-01",
    }
    answer = desk.post(desk.first, "/api/v1/blacklist", form)
    assert answer.status_code == 201, answer.text
    entry = str(answer.json()["id"])
    collect(desk)
    assert facts(desk, kind="penalty") == []
    assert desk.post(desk.second, f"/api/v1/blacklist/{entry}/confirm").status_code == 201
    collect(desk)
    return entry


def test_a_penalty_counts_once_two_people_made_it_and_is_taken_once(desk: Desk) -> None:
    _penalty(desk)
    collect(desk)
    found = {fact["kind"]: fact for fact in facts(desk)}
    assert sorted(fact["kind"] for fact in facts(desk)) == ["blacklisting", "penalty"]
    fact = found["blacklisting"]
    assert (fact["reference"], fact["state"]) == ("罚〔2027〕7号", "in_force")
    assert (fact["valid_from"], fact["valid_to"]) == ("2020-01-01", "2099-01-01")
    assert "区公共资源交易监督办公室" in fact["legal_basis"]
    assert facts(desk, organization=str(UUID(int=1))) == []


def test_an_appeal_that_is_upheld_is_a_fact_and_strikes_the_others(desk: Desk) -> None:
    entry = _penalty(desk)
    path = f"/api/v1/blacklist/{entry}/appeal"
    filed = desk.post(desk.firm_token, path, {"grounds": "not us"}).json()
    ruling = {"outcome": "upheld", "reason": "another company"}
    path = f"/api/v1/blacklist/appeals/{filed['id']}/ruling"
    assert desk.post(desk.third, path, ruling).status_code == 201
    collect(desk)
    collect(desk)
    states = {fact["kind"]: fact["state"] for fact in facts(desk)}
    assert states == {"penalty": "struck", "blacklisting": "struck", "appeal": "in_force"}


def test_a_bribery_record_comes_with_the_hit_and_ends_with_the_list(desk: Desk) -> None:
    """A name that is alike is no fact; what two people confirmed is."""
    collect(desk)
    assert facts(desk) == []
    desk.decide("hit")
    assert desk.check() == "hit"
    collect(desk)
    [fact] = facts(desk)
    assert (fact["kind"], fact["reference"], fact["state"]) == ("listing", "B-7", "in_force")
    desk.lists()
    desk.check()
    collect(desk)
    collect(desk)
    [fact] = facts(desk)
    assert fact["state"] == "over"
    assert [note["kind"] for note in fact["notes"]] == ["ended"]
    desk.lists(NAMESAKE)
    assert desk.check() == "hit"
    collect(desk)
    collect(desk)
    assert sorted(fact["state"] for fact in facts(desk)) == ["in_force", "over"]


def test_an_appeal_against_a_verdict_is_a_fact(desk: Desk) -> None:
    verdict = desk.decide("hit")
    desk.post(desk.firm_token, f"{VERDICTS}/{verdict}/appeal", {"grounds": "not us"})
    [filed] = desk.get(desk.second, f"{VERDICTS}/appeals").json()
    ruling = {"outcome": "dismissed", "reason": "the same company"}
    desk.post(desk.second, f"{VERDICTS}/appeals/{filed['id']}/ruling", ruling)
    collect(desk)
    assert [fact["statement"] for fact in facts(desk)] == ["dismissed: the same company"]


def test_it_takes_two_supervisors_to_strike_a_fact(desk: Desk) -> None:
    _penalty(desk)
    fact = facts(desk, kind="penalty")[0]["id"]
    path = f"{CONDUCT}/{fact}/judgements"
    strike = {"word": "struck", "reason": "the wrong firm"}
    objected = desk.post(desk.firm_token, f"{CONDUCT}/{fact}/objections", {"grounds": "not us"})
    assert objected.status_code == 201, objected.text
    assert facts(desk, kind="penalty")[0]["state"] == "objected"
    assert desk.post(desk.first, path, strike).status_code == 201
    assert desk.post(desk.first, path, strike).json()["type"].endswith("already-judged")
    assert facts(desk, kind="penalty")[0]["state"] == "objected"
    assert desk.post(desk.second, path, strike).status_code == 201
    assert facts(desk, kind="penalty")[0]["state"] == "struck"


def test_a_fact_that_stands_is_in_force_again(desk: Desk) -> None:
    _penalty(desk)
    fact = facts(desk, kind="penalty")[0]["id"]
    desk.post(desk.firm_token, f"{CONDUCT}/{fact}/objections", {"grounds": "not us"})
    stands = {"word": "stands", "reason": "the file says so"}
    assert desk.post(desk.first, f"{CONDUCT}/{fact}/judgements", stands).status_code == 201
    own = desk.get(desk.firm_token, f"{CONDUCT}/me").json()
    states = {each["kind"]: each["state"] for each in own}
    assert states == {"penalty": "in_force", "blacklisting": "in_force"}


def test_a_rival_sees_nothing_and_objects_to_nothing(desk: Desk) -> None:
    _penalty(desk)
    fact = facts(desk, kind="penalty")[0]["id"]
    rival, _ = desk.service.firm(1)
    assert desk.get(rival, f"{CONDUCT}/me").json() == []
    path = f"{CONDUCT}/{fact}/objections"
    assert desk.post(rival, path, {"grounds": "x"}).status_code == 404
    assert desk.get(rival, CONDUCT).status_code == 403


def test_staff_ask_nothing_about_a_firm_as_such(desk: Desk) -> None:
    for kind in ("tendering_party", "agent", "operator", "custodian"):
        assert desk.get(enrol(desk.service, kind), CONDUCT).status_code == 403
    assert desk.get(desk.centre, CONDUCT).status_code == 403
    assert desk.service.client.get(CONDUCT).status_code == 401


def test_every_question_is_logged(desk: Desk) -> None:
    facts(desk)
    facts(desk, organization=str(desk.firm))
    with desk.service.database.admin() as admin:
        logged = admin.execute(
            "select object from audit.entry where action = 'conduct.read' order by at"
        ).fetchall()
    assert logged == [("conduct",), (f"organization/{desk.firm}",)]


STATEMENTS = (
    "update registry.conduct_fact set statement = 'fine'",
    "delete from registry.conduct_fact",
    "truncate registry.conduct_note",
    "update registry.conduct_note set said = 'fine'",
    "delete from registry.conduct_note",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_nothing_is_changed_or_removed(untouched: TestDatabase, statement: str) -> None:
    """By the worker because it has no right to, and by the owner because a trigger says no."""
    for login, role in (("work", "as_worker"), ("desk", "as_supervisor"), ("box", "as_bidder")):
        with psycopg.connect(untouched.urls[login]) as connection:
            connection.execute(f"set role {role}")
            with pytest.raises(InsufficientPrivilege):
                connection.execute(statement.encode())
    with untouched.admin() as admin:
        admin.execute("begin")
        admin.execute(FACT)
        with pytest.raises(RestrictViolation):
            admin.execute(statement.encode())
        admin.execute("rollback")


FACT = """
    with fact as (
        insert into registry.conduct_fact (organization_id, kind, origin, source, reference,
            legal_basis, statement, valid_from, recorded_at)
        values (gen_random_uuid(), 'penalty', 'o', 's', 'r', 'l', 'x', now(), now()) returning id)
    insert into registry.conduct_note (fact_id, kind, said, made_at)
    select id, 'ended', 'x', now() from fact
"""


def test_a_page_that_was_taken_over_writes_no_fact(untouched: TestDatabase) -> None:
    for role in ("as_centre", "as_supervisor", "as_tendering_party", "as_agent", "as_operator"):
        with psycopg.connect(untouched.urls["desk"]) as connection:
            connection.execute(f"set role {role}".encode())
            with pytest.raises(InsufficientPrivilege):
                connection.execute(FACT.encode())


def test_no_number_of_an_id_card_stays_in_an_objection(desk: Desk) -> None:
    _penalty(desk)
    fact = facts(desk, kind="penalty")[0]["id"]
    said = {"grounds": "he is 11010519491231002X"}
    answer = desk.post(desk.firm_token, f"{CONDUCT}/{fact}/objections", said)
    assert "11010519491231002X" not in answer.text
