"""What somebody with an HTTP client and ill will sends."""

import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from sqlalchemy import text

from sunseal.app import MAX_BODY, create_app
from sunseal.database import Role
from sunseal.organizations import hashing
from sunseal_tasks.errands import calmly
from tests.support.database import TestDatabase, maker, settings_for
from tests.support.service import PASSWORD, USCC, Service, bearer, guards, roster_of
from tests.test_app import served

API = "/api/v1"
LIST = """
    insert into registry.list_source (code, kind, title, required, max_age, min_rows)
    values (:code, 'blacklist', :title, true, '1 day', 1)
"""
SIGN_IN = {"email": "firm0@example.cn", "password": PASSWORD}


@pytest.fixture(scope="module")
def installed(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """One installation for all cases that change nothing."""
    with maker(embedded, template) as make:
        database = make()
        settings = settings_for(database, tmp_path_factory.mktemp("requests"))
        custodians, witnesses = guards(3), guards(1, first=4)
        roster = roster_of(settings.origin, settings.keys, custodians, witnesses)
        settings.roster.write_bytes(roster)
        with TestClient(create_app(settings)) as client:
            yield Service(client, database, settings, custodians, witnesses)


@pytest.mark.parametrize("name", ["__Host-sunseal", "session", "token", "Authorization"])
def test_no_cookie_is_a_credential(service: Service, name: str) -> None:
    """Else another site's page could make a signed-in browser post."""
    token, _ = service.firm(0)
    cookie = {"Cookie": f"{name}={token}"}
    for method, path in (("GET", "me"), ("POST", "tokens"), ("DELETE", "sessions/current")):
        form: dict[str, str] | None = {} if method == "POST" else None
        answer = service.client.request(method, f"{API}/{path}", json=form, headers=cookie)
        assert answer.status_code == 401, (method, path)
    assert service.client.get(f"{API}/me", headers=bearer(token)).status_code == 200


def test_a_token_is_stored_nowhere(service: Service) -> None:
    service.firm(0)
    key = {"Idempotency-Key": secrets.token_hex()}
    first = service.client.post(f"{API}/sessions", json=SIGN_IN, headers=key)
    again = service.client.post(f"{API}/sessions", json=SIGN_IN, headers=key)
    tokens = [answer.json()["token"] for answer in (first, again)]
    issued = service.client.post(f"{API}/tokens", json={}, headers=key | bearer(tokens[0]))
    tokens.append(issued.json()["token"])
    assert len(set(tokens)) == 3
    with service.database.admin() as admin:
        kept = admin.execute("select body, request from kit.idempotency").fetchall()
    assert kept == []


def test_one_key_is_no_others(service: Service) -> None:
    """Same key, path and body: what is answered depends on who asks, and on the query."""
    key = {"Idempotency-Key": "1"}
    tokens = [service.firm(number)[0] for number in range(2)]
    form = {"name": "张工"}
    made = [
        service.client.post(f"{API}/practitioners{query}", json=form, headers=key | bearer(token))
        for token in tokens
        for query in ("", "?a=1")
    ]
    assert len({answer.json()["id"] for answer in made}) == len(made)
    visitor = service.client.post(f"{API}/practitioners", json=form, headers=key)
    assert visitor.status_code == 401


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "1"}], ids=["plain", "with a key"])
@pytest.mark.parametrize("path", ["sessions", "organizations", "people"])
def test_a_huge_body_is_not_read(service: Service, path: str, key: dict[str, str]) -> None:
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += MAX_BODY // 4
            yield b"[" * (MAX_BODY // 4)

    headers = {"Content-Type": "application/json", **key}
    with served(service.settings) as url, suppress(httpx.WriteError, httpx.ReadError):
        answer = httpx.post(f"{url}{API}/{path}", content=body(), headers=headers)
        assert answer.status_code == 413
    # What is left is what the sockets hold.
    assert sent <= 16 * MAX_BODY


DEEP = "[" * 200_000 + "]" * 200_000
STRANGE = {
    "deep": DEEP,
    "deep and unknown": f'{{"name": {DEEP}}}',
    "not JSON": "{",
    "half a character": '{"name": "\\ud800"}',
    "a number beyond bounds": '{"name": 1e999999}',
    "not UTF-8": b'{"name": "\xff"}',
    "a list": "[]",
    "nothing": "",
}


@pytest.mark.parametrize("body", STRANGE.values(), ids=STRANGE.keys())
@pytest.mark.parametrize("path", ["sessions", "organizations", "tenders", "log/cosignatures"])
def test_strange_bodies_are_refused_calmly(installed: Service, path: str, body: Any) -> None:
    answer = installed.client.post(
        f"{API}/{path}", content=body, headers={"Content-Type": "application/json"}
    )
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert len(answer.content) < 2000


def test_a_zero_character_is_the_callers_fault(service: Service) -> None:
    person = {"name": "a\0b", "email": "a@b.cn", "password": PASSWORD}
    form = {"name": "某公司", "uscc": USCC[0], "person": person}
    answers = [
        service.client.post(f"{API}/organizations", json=form),
        service.client.post(f"{API}/sessions", json=SIGN_IN | {"email": "a\0@b.cn"}),
        service.client.get(f"{API}/tenders/{USCC[0]}"),
        service.client.get(
            f"{API}/audit/entries",
            params={"actor": "\0"},
            headers=bearer(service.authority("supervisor")),
        ),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 404, 422]


def test_a_fault_of_ours_is_logged_without_the_row(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    """A constraint that nobody foresaw: PostgreSQL's own words would quote name and code."""
    with service.database.admin() as admin:
        admin.execute(
            "alter table registry.organization add constraint c check (name <> '秘密公司')"
        )
    person = {"name": "a", "email": "someone@example.cn", "password": PASSWORD}
    form = {"name": "秘密公司", "uscc": USCC[0], "person": person}
    with served(service.settings) as url:
        answer = httpx.post(f"{url}{API}/organizations", json=form, timeout=30)
    assert "秘密公司" not in answer.text
    said = capsys.readouterr()
    for secret in ("秘密公司", USCC[0], "someone@example.cn", "argon2id"):
        assert secret not in said.out + said.err


def test_a_failed_task_is_logged_without_the_row(
    database: TestDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"code": "blacklist", "title": "秘密公司"}

    def fails(argument: str | None, errand: str | None) -> None:
        with database.work.unit_as(Role.WORKER) as uow:
            uow.session.execute(text(LIST), row)

    calmly("a.task", fails)(None, None)
    said = capsys.readouterr()
    assert "IntegrityError" in said.out
    assert "秘密公司" not in said.out + said.err
    assert "blacklist" not in said.out


@pytest.mark.slow
def test_a_flood_of_sign_ins_keeps_nobody_waiting(service: Service) -> None:
    token, _ = service.firm(0)
    over = threading.Event()
    statuses: list[int] = []
    queued: list[float] = []

    def guess(url: str) -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            while not over.is_set():
                # Another address each time: one that is guessed at often is not even compared.
                wrong = {"email": f"{secrets.token_hex(8)}@example.cn", "password": "x" * 200}
                since = time.monotonic()
                statuses.append(client.post(f"{API}/sessions", json=wrong).status_code)
                queued.append(time.monotonic() - since)

    crowd = hashing.ADMITTED + 16
    with served(service.settings) as url, ThreadPoolExecutor(crowd) as guessers:
        try:
            for _ in range(crowd):
                guessers.submit(guess, url)
            time.sleep(1)
            began = time.monotonic()
            with httpx.Client(base_url=url, timeout=60) as client:
                assert client.get(f"{API}/me", headers=bearer(token)).status_code == 200
            waited = time.monotonic() - began
        finally:
            over.set()
    assert 401 in statuses
    assert set(statuses) <= {401, 503}
    # Whoever has signed in does not stand in the queue of those who try to.
    assert waited < max(queued)
