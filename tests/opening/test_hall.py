"""What is to be seen of an opening, over HTTP, before and after it."""

import asyncio
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import event

from sunseal.app import create_app
from sunseal.opening import hall
from sunseal.opening.hall import Halls
from tests.opening.world import World

CLIENT = TestClient[Any]


@pytest.fixture
def client(world: World) -> Iterator[CLIENT]:
    with TestClient(create_app(world.settings)) as made:
        yield made


def _staff(world: World, kind: str, organization: UUID | None = None) -> dict[str, str]:
    """A signed-in person of this kind."""
    token, person, organization = uuid4().hex, uuid4(), organization or uuid4()
    world.rows(
        """insert into registry.organization (id, name, name_key, kind, registered_at)
        values (%s, 's', 's', %s, kit.now())""",
        organization,
        kind,
    )
    world.rows(
        """insert into registry.person (id, organization_id, name, email, role, password_hash,
        created_at) values (%s, %s, 'p', %s, %s, '-', kit.now())""",
        person,
        organization,
        f"{person}@example.cn",
        kind,
    )
    world.rows(
        """insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
        values (%s, %s, 'session', kit.now(), kit.now() + interval '30 d')""",
        sha256(token.encode()).digest(),
        person,
    )
    return {"Authorization": f"Bearer {token}"}


def _opening(client: CLIENT, world: World, path: str = "", **headers: Any) -> Any:
    return client.get(f"/api/v1/tenders/{world.tender}/opening{path}", headers=headers)


def test_before_the_opening_the_answer_is_the_same_whatever_is_in_the_box(
    world: World, client: CLIENT
) -> None:
    empty = _opening(client, world)
    world.bidders(3)
    full = _opening(client, world)
    world.close()
    closed = _opening(client, world)
    world.ask()
    asked = _opening(client, world)
    assert empty.status_code == 409
    assert empty.json()["type"] == "urn:sunseal:problem:not-opened-yet"
    for other in (full, closed, asked):
        assert (other.content, other.headers) == (empty.content, empty.headers)
    # Who asked too early stands in the log.
    refused = world.rows("select reason from audit.entry where action = 'access.refused'")
    assert refused == [("not-opened-yet",)] * 4


@pytest.mark.parametrize("kind", ["tendering_party", "agent", "centre", "supervisor"])
def test_no_role_sees_documents_before_the_opening(world: World, client: CLIENT, kind: str) -> None:
    world.bidders(1)
    world.close()
    headers = _staff(world, kind)
    for path in ("/documents", f"/documents/{uuid4()}"):
        assert _opening(client, world, path, **headers).status_code == 409


def test_after_the_opening_everybody_reads_the_record(world: World, client: CLIENT) -> None:
    firms = world.bidders(2)
    world.open()
    shown = _opening(client, world).json()["envelopes"][0]
    assert {bid["organization"]: bid["price"] for bid in shown["bids"]} == {
        firms[0].name: "1001.00",
        firms[1].name: "1002.00",
    }
    assert (shown["record"]["leaves"], shown["record"]["pads"]) == (2, 14)
    assert [each["said"] for each in shown["custodians"]] == ["answered", "answered", "silent"]
    body = _opening(client, world, "/records/1").content
    assert msgspec.json.decode(body)["version"] == "sunseal/opening-record/v1"


def test_documents_are_the_parties(world: World, client: CLIENT) -> None:
    world.bidders(1)
    world.open()
    own = _staff(world, "tendering_party", world.party)
    [listed] = _opening(client, world, "/documents", **own).json()
    read = _opening(client, world, f"/documents/{listed['id']}", **own)
    assert read.content == b"1001.00"
    assert "attachment" in read.headers["content-disposition"]
    logged = world.rows("select count(*) from audit.entry where action = 'opening.document'")
    assert logged == [(1,)]
    other = _staff(world, "tendering_party")
    assert _opening(client, world, "/documents", **other).json() == []
    assert _opening(client, world, f"/documents/{listed['id']}", **other).status_code == 404
    assert _opening(client, world, "/documents").status_code == 401
    assert _opening(client, world, "/documents", **_staff(world, "operator")).status_code == 403


def _messages(world: World, count: int, after: int = 0) -> list[Any]:
    """The first messages of a viewer's stream."""

    async def read() -> list[Any]:
        halls = Halls(world.database.desk)
        stream = await halls.enter(world.tender, after)
        seen = [await anext(stream) for _ in range(count)]
        await stream.aclose()
        halls.close()
        return seen

    return asyncio.run(read())


def test_before_the_opening_the_hall_shows_the_clock_and_who_is_alive(world: World) -> None:
    world.rows("insert into custody.presence (name, seen_at) values ('guard-1', kit.now())")
    world.rows(
        """insert into custody.presence (name, seen_at)
        values ('guard-2', kit.now() - interval '1 h')"""
    )
    world.bidders(2)
    [pulse] = _messages(world, 1)
    assert pulse.event == "pulse"
    data = msgspec.json.decode(pulse.data)
    assert list(data) == ["now", "custodians"]
    assert data["custodians"] == ["guard-1"]


def test_the_hall_replays_from_what_a_viewer_saw_last(world: World) -> None:
    world.bidders(2)
    world.open()
    seen = _messages(world, 6)
    kinds = ["release", "answer", "answer", "bid", "bid", "record"]
    assert [message.event for message in seen] == kinds
    again = _messages(world, 2, after=int(seen[3].id))
    assert [message.id for message in again] == [seen[4].id, seen[5].id]


async def _to_the_record(stream: Any) -> list[str]:
    """What a viewer hears of the opening, between the pulses."""
    heard: list[str] = []
    while "record" not in heard:
        heard += [kind for kind in [(await anext(stream)).event] if kind != "pulse"]
    return heard


def test_many_viewers_cost_one_look(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """And each hears everything, from wherever it comes in."""
    monkeypatch.setattr(hall, "POLL_SECONDS", 0.05)
    world.bidders(2)
    desk, looks = world.database.desk, []
    event.listen(desk.engine, "begin", looks.append)

    async def view() -> tuple[list[list[str]], int]:
        halls = Halls(desk)
        streams = [await halls.enter(world.tender, 0) for _ in range(50)]
        first = [(await anext(stream)).event for stream in streams]
        before = len(looks)
        await asyncio.to_thread(world.open)
        late = await halls.enter(world.tender, 0)
        heard = [await _to_the_record(stream) for stream in [*streams, late]]
        halls.close()
        assert set(first) == {"pulse"}
        return heard, len(looks) - before

    began = time.monotonic()
    heard, counted = asyncio.run(view())
    kinds = ["release", "answer", "answer", "bid", "bid", "record"]
    assert heard == [kinds] * 51
    assert counted <= (time.monotonic() - began) / 0.05 + 1


def test_a_watch_ends_when_nobody_looks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall, "POLL_SECONDS", 0.01)

    async def view() -> bool:
        halls = Halls(world.database.desk)
        stream = await halls.enter(world.tender, 0)
        await anext(stream)
        watch = halls._watches[world.tender]
        await stream.aclose()
        await asyncio.wait_for(watch._task, 10)  # type: ignore[arg-type]
        return watch.is_over

    assert asyncio.run(view())


def test_what_was_sealed_is_revealed_under_pseudonyms(world: World) -> None:
    from sunseal.database import Role
    from sunseal.opening import service

    [firm] = world.bidders(1)
    with world.work.unit_as(Role.WORKER) as uow:
        assert service.reveal(uow) == 0
    world.open()
    with world.work.unit_as(Role.WORKER) as uow:
        assert service.reveal(uow) > 0
    with world.work.unit_as(Role.WORKER) as uow:
        assert service.reveal(uow) == 0
    hidden = world.rows("select count(*) from sealed.event where not revealed")
    assert hidden == [(0,)]
    details = [bytes(row[0]).decode() for row in world.rows("select detail from audit.entry")]
    assert not [detail for detail in details if str(firm.organization) in detail]
    public = world.rows("select action from audit.entry where public order by action")
    assert public == [("box.closed",), ("opening.record",), ("release.request",)]
