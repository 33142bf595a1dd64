"""What the platform does wrong costs one step, never the daemon; and nothing secret is logged."""

import logging
import time
from collections.abc import Callable
from itertools import pairwise

import httpx
import msgspec
import pytest

from sunseal_parties.custodian import daemon
from sunseal_parties.custodian import http as seam
from sunseal_parties.custodian.daemon import Custodian
from sunseal_parties.custodian.http import HttpPlatform, PlatformError
from tests.custodian.world import World

# An answer to a poll when there is nothing to do.
NOTHING = {"checkpoint": "", "entries": [], "ceremonies": [], "amendments": [], "requests": []}


def platform(answer: Callable[[httpx.Request], httpx.Response]) -> HttpPlatform:
    return HttpPlatform("http://platform", "a token", httpx.MockTransport(answer))


def broken(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route")


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow")


def ragged(request: httpx.Request) -> httpx.Response:
    raise httpx.RemoteProtocolError("cut off")


NONSENSE: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "network-down": broken,
    "slow": slow,
    "cut-off": ragged,
    "server-error": lambda request: httpx.Response(503, content=b"x" * 1000),
    "forbidden": lambda request: httpx.Response(403),
    "redirect": lambda request: httpx.Response(302, headers={"Location": "http://elsewhere"}),
    "not-json": lambda request: httpx.Response(200, content=b"<html>"),
    "not-utf-8": lambda request: httpx.Response(200, content=b'{"checkpoint": "\xff"}'),
    "other-json": lambda request: httpx.Response(200, json=[1, 2]),
    "missing-fields": lambda request: httpx.Response(200, json={"checkpoint": "x"}),
    "too-many-entries": lambda request: httpx.Response(
        200, json={**NOTHING, "entries": [""] * 4097}
    ),
    "deep-json": lambda request: httpx.Response(200, content=b'{"x":' + b"[" * 100000),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_one_line_in_the_log(world: World, name: str, caplog) -> None:
    party = world.parties[0]
    custodian = Custodian(
        platform(NONSENSE[name]), party.journal, party.own, party.seat, world.clock
    )
    with caplog.at_level(logging.INFO, "sunseal.custodian"):
        custodian.poll()
    (record,) = caplog.records
    assert record.levelname == "WARNING"


def test_an_endless_answer_is_not_read(world: World, monkeypatch) -> None:
    monkeypatch.setattr(seam, "MAX_WORK_BYTES", 1000)
    endless = platform(lambda request: httpx.Response(200, content=b"x" * 1001))
    with pytest.raises(PlatformError, match="more than 1000"):
        endless.work(0)


def test_the_poll_is_the_same_request_each_time() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=NOTHING)

    client = platform(answer)
    client.work(7)
    client.work(7)
    assert [str(request.url) for request in seen] == [
        "http://platform/api/v1/custody/work?have=7"
    ] * 2
    assert seen[0].headers == seen[1].headers
    assert seen[0].headers["Authorization"] == "Bearer a token"


def test_an_outage_is_caught_up_with(world: World) -> None:
    party = world.parties[0]
    world.open_ceremony()
    world.turn(2)
    party.view.down = True
    world.turn(3)
    party.view.down = False
    world.turn(5)
    assert world.platform.ceremonies[0].state == "complete"
    assert party.journal.log.size == 10


def test_one_bad_item_does_not_stop_the_others(world: World) -> None:
    world.boxed()
    good = world.ask()
    bad = world.ask(world.request(tender="another"))
    world.platform.requests.reverse()
    world.turn(4)
    assert sorted(good.answers) == [1, 2, 3]
    assert not bad.answers


def test_a_post_that_fails_is_repeated_and_the_rest_goes_on(world: World) -> None:
    party = world.parties[0]
    world.open_ceremony()
    failing = party.view.post_ceremony
    failures = []

    def fail_first(*arguments: object) -> None:
        if not failures:
            failures.append(arguments)
            raise PlatformError("503")
        failing(*arguments)

    party.view.post_ceremony = fail_first
    world.turn(6)
    assert failures
    assert world.platform.ceremonies[0].state == "complete"


def test_an_unforeseen_error_names_only_its_type(world: World, caplog) -> None:
    party = world.parties[0]
    world.open_ceremony()

    def unforeseen(*_: object) -> None:
        raise ZeroDivisionError("the share is 42")

    party.view.post_ceremony = unforeseen
    world.turn(2)
    assert "unforeseen ZeroDivisionError" in caplog.text
    assert "share" not in caplog.text  # an id may well hold 42


def test_no_secret_reaches_the_log(world: World, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        world.boxed()
        world.ask()
        world.turn(4)
    for party in world.parties:
        held = party.journal.ceremonies.of_session(world.platform.ceremonies[0].session)
        for secret in (held.share, held.static_secret, party.own.identity.seed()):
            assert secret.hex() not in caplog.text
            assert msgspec.json.encode(secret).decode().strip('"') not in caplog.text
        assert repr(held).count("share=") == 0


def test_it_polls_at_a_constant_rate(world: World) -> None:
    times: list[float] = []

    class Slow:
        def poll(self) -> None:
            times.append(time.monotonic())
            time.sleep(0.02 * (len(times) % 2))

    daemon.run(Slow(), 0.05, lambda: len(times) >= 6)  # type: ignore[arg-type]
    gaps = [after - before for before, after in pairwise(times)]
    assert all(gap >= 0.045 for gap in gaps)
    assert sum(gaps) < 0.05 * len(gaps) + 0.2
