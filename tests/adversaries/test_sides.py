"""Whoever takes over a page of one side gets no account, no session and no sign-in of the other.

A desk login that could make itself a session of a bidder would read that firm's bids over HTTP, and
all that the schema `sealed` refuses would have been for nothing.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from tests.support.database import TestDatabase
from tests.support.service import PASSWORD, Service, bearer

FORGED = hashlib.sha256(b"forged").digest()
DESK_ROLES = ("as_door", "as_tendering_party", "as_agent", "as_centre", "as_supervisor",
              "as_custodian", "as_operator")  # fmt: skip
ENABLE = "update registry.person set disabled_at = null where id = %s"
SESSION = """
    insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
    values (%s, %s, 'session', now(), now() + interval '1 hour')
"""
PERSON = """
    insert into registry.person (organization_id, name, email, role, administrator, password_hash,
        created_at)
    values (%s, '内鬼', 'insider@example.cn', %s, true, 'hash', now())
"""


@contextmanager
def injected(
    database: TestDatabase, login: str, role: str, person: UUID, organization: UUID
) -> Iterator[psycopg.Connection[Any]]:
    """SQL of the attacker's choice, as the role and the actor of its choice."""
    with psycopg.connect(database.urls[login], autocommit=True) as connection:
        for name, value in (
            ("sunseal.actor", str(person)),
            ("sunseal.organization", str(organization)),
            ("role", role),
        ):
            connection.execute("select set_config(%s, %s, false)", (name, value))
        yield connection


def person_of(service: Service, token: str) -> UUID:
    return UUID(service.client.get("/api/v1/me", headers=bearer(token)).json()["person"]["id"])


@pytest.mark.parametrize("role", DESK_ROLES)
def test_no_desk_role_makes_itself_a_bidder(service: Service, role: str) -> None:
    token, firm = service.firm(0)
    bidder = person_of(service, token)
    with injected(service.database, "desk", role, bidder, firm) as desk:
        for statement, values in (
            (SESSION, (FORGED, bidder)),
            (PERSON, (firm, "bidder")),
            ("update registry.person set password_hash = 'x' where id = %s", (bidder,)),
        ):
            with pytest.raises(InsufficientPrivilege):
                desk.execute(statement, values)
        try:
            assert desk.execute(ENABLE, (bidder,)).rowcount == 0
        except InsufficientPrivilege:
            assert role != "as_operator", "operators enable staff, and see no bidder there"
    me = service.client.get("/api/v1/me", headers=bearer("forged"))
    assert me.status_code == 401


@pytest.mark.parametrize("role", DESK_ROLES)
def test_no_desk_role_sees_or_ends_a_bidders_session(service: Service, role: str) -> None:
    token, firm = service.firm(0)
    bidder = person_of(service, token)
    with injected(service.database, "desk", role, bidder, firm) as desk:
        for statement in (
            "select created_at from registry.session",
            "select email from registry.person",
            "update registry.session set revoked_at = now() returning id",
        ):
            try:
                assert desk.execute(statement.encode()).fetchall() == []
            except InsufficientPrivilege:
                continue
    assert service.client.get("/api/v1/me", headers=bearer(token)).status_code == 200


@pytest.mark.parametrize("column", ["token_digest", "totp_secret"])
@pytest.mark.parametrize(("login", "role"), [("desk", "as_door"), ("box", "as_door")])
def test_not_even_the_door_reads_secrets(
    untouched: TestDatabase, login: str, role: str, column: str
) -> None:
    table = "session" if column == "token_digest" else "person"
    with (
        injected(untouched, login, role, UUID(int=1), UUID(int=2)) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(f"select {column} from registry.{table}".encode())


@pytest.mark.parametrize("role", ["as_door", "as_bidder"])
def test_no_bidders_page_makes_itself_staff(service: Service, role: str) -> None:
    token = service.authority("centre")
    clerk = person_of(service, token)
    me = service.client.get("/api/v1/me", headers=bearer(token)).json()
    centre = UUID(me["organization"]["id"])
    with injected(service.database, "box", role, clerk, centre) as box:
        for statement, values in (
            (SESSION, (FORGED, clerk)),
            (PERSON, (centre, "centre")),
            (PERSON, (centre, "operator")),
        ):
            with pytest.raises(InsufficientPrivilege):
                box.execute(statement, values)
        if role == "as_door":
            hashes = box.execute("select password_hash from registry.person").fetchall()
            assert hashes == []


def test_both_sides_sign_in_at_one_door(service: Service) -> None:
    service.firm(0)
    service.authority("supervisor")
    for email, role in (("firm0@example.cn", "bidder"), ("supervisor@example.cn", "supervisor")):
        token = service.sign_in(email)
        me = service.client.get("/api/v1/me", headers=bearer(token)).json()
        assert me["role"] == role


def test_supervisors_do_not_see_when_a_bidder_comes(service: Service) -> None:
    """One who signs in or is refused a minute before a deadline is somebody who bids."""
    token, _ = service.firm(0)
    service.client.post("/api/v1/tokens", json={"label": "robot"}, headers=bearer(token))
    colleague = {"name": "王五", "email": "wang@example.cn", "password": PASSWORD}
    added = service.client.post("/api/v1/people", json={"person": colleague}, headers=bearer(token))
    assert added.status_code == 201
    second = service.sign_in("wang@example.cn")
    form = {"person": colleague | {"email": "zhao@example.cn"}}
    refused = service.client.post("/api/v1/people", json=form, headers=bearer(second))
    assert refused.status_code == 403
    supervisor = service.authority("supervisor")
    entries = service.client.get("/api/v1/audit/entries", headers=bearer(supervisor)).json()
    said = [(one["action"], one["role"], one["actor"], one["object"]) for one in entries["entries"]]
    assert [one for one in said if one[0] in ("session.sign-in", "token.issue")] == [
        ("session.sign-in", "as_door", "as_door", f"person/{person_of(service, supervisor)}")
    ]
    [refusal] = [one for one in said if one[0] == "access.refused"]
    assert refusal == ("access.refused", "as_bidder", "as_bidder", "box")
