"""The web service as a whole: what it offers, how it refuses, and that it does not choke."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
import uvicorn

from sunseal import startup
from sunseal.app import create_app
from sunseal.settings import Settings
from tests.support.database import TestDatabase
from tests.support.service import Service, bearer


def test_it_describes_itself_as_openapi_3_1(service: Service) -> None:
    document = service.client.get("/api/v1/schema/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    operations = [
        operation
        for path in document["paths"].values()
        for verb, operation in path.items()
        if verb in ("get", "post", "put", "delete", "patch", "head")
    ]
    assert len(operations) > 20
    assert all(operation.get("operationId") for operation in operations)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/api/v1/organizations", 405),
        ("POST", "/api/v1/sessions", 400),
        ("GET", "/api/v1/tenders/not-a-uuid", 404),
    ],
)
def test_every_refusal_is_a_problem(service: Service, method: str, path: str, status: int) -> None:
    answer = service.client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["type"].startswith("urn:sunseal:problem:")
    assert problem["status"] == status
    assert problem["detail"]


def test_an_expired_or_foreign_token_is_told_to_sign_in(service: Service) -> None:
    answer = service.client.get("/api/v1/me", headers=bearer("not-a-token"))
    assert (answer.status_code, answer.json()["type"]) == (
        401,
        "urn:sunseal:problem:unauthenticated",
    )


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The service on a real socket, in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def test_fifty_at_once_on_a_pool_of_two_all_answer(service: Service) -> None:
    token, _ = service.firm(0)
    settings = replace(service.settings, pool_size=2)
    with served(settings) as url, ThreadPoolExecutor(50) as pool:

        def ask(number: int) -> int:
            path = ("/api/v1/me", "/api/v1/tenders")[number % 2]
            answer = httpx.get(url + path, headers=bearer(token), timeout=30)
            return answer.status_code

        assert list(pool.map(ask, range(50))) == [200] * 50


def test_a_replaced_clock_is_found_at_start_up(database: TestDatabase) -> None:
    startup.check_clock(database.desk)
    with database.admin() as admin:
        admin.execute(
            "create or replace function kit.now() returns timestamptz language sql "
            "as $$ select clock_timestamp() + interval '1 day' $$"
        )
    with pytest.raises(startup.ClockReplaced, match="1 day"):
        startup.check_clock(database.desk)


def test_an_unhardened_catalogue_is_named_at_start_up(database: TestDatabase) -> None:
    assert startup.open_views(database.desk) == []
    with database.admin() as admin:
        admin.execute("grant select on pg_locks to public")
    assert startup.open_views(database.desk) == ["pg_locks"]
