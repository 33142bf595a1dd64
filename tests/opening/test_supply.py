"""A bid that the platform lost is handed in again, by whoever has it, and opened from that."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from litestar.testing import TestClient
from psycopg.errors import InsufficientPrivilege

from sunseal.app import create_app
from sunseal.bids import service as bids
from sunseal.database import Role
from sunseal.opening.service import supply, sweep_supplies
from sunseal.opening.service.supply import IDLE
from tests.opening.firm import Firm, SealedBid
from tests.opening.world import World

Client = TestClient[Any]
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def client(world: World) -> Iterator[Client]:
    with TestClient(create_app(world.settings)) as made:
        yield made


@pytest.fixture
def lost(world: World) -> tuple[Firm, SealedBid]:
    """A bid whose pieces are gone, after an opening in which another one was opened."""
    world.bidders(1)
    firm = world.firm().joined()
    sealed = firm.seal("7.00", {"plan.bin": bytes(200_000)})
    firm.submit(sealed)
    for [name] in world.rows(
        """select object from sealed.segment s join sealed.upload u on u.id = s.upload_id
        where u.submission_id = %s""",
        firm.submission,
    ):
        world.storage.delete(name)
    world.open()
    assert world.bids()[firm.name][0] == "platform_fault"
    return firm, sealed


def wanted(client: Client, world: World) -> list[Any]:
    found: list[Any] = client.get(f"/api/v1/tenders/{world.tender}/opening/wanted").json()
    return found


def begin(client: Client, wanted_id: str, data: bytes, length: int | None = None) -> Any:
    name = base64.b64encode(wanted_id.encode()).decode()
    headers = TUS | {
        "Upload-Length": str(len(data) if length is None else length),
        "Upload-Metadata": f"wanted {name}",
    }
    return client.post("/api/v1/supplies", content=data, headers=headers)


def go_on(client: Client, place: str, offset: int, data: bytes) -> Any:
    return client.patch(place, content=data, headers=TUS | {"Upload-Offset": str(offset)})


def look(client: Client, place: str) -> Any:
    return client.head(place, headers={"Tus-Resumable": "1.0.0"})


def sweep(world: World) -> None:
    sweep_supplies(world.work, world.storage)


def objects(world: World) -> int:
    folder = Path(world.settings.storage_url.removeprefix("file://"))
    return sum(path.is_file() for path in folder.rglob("*"))


def test_a_lost_bid_is_supplied_in_two_requests_and_opened(
    world: World, client: Client, lost: tuple[Firm, SealedBid]
) -> None:
    firm, sealed = lost
    [missing] = wanted(client, world)
    assert (missing["size"], len(wanted(client, world))) == (len(sealed.data), 1)
    first = begin(client, missing["id"], sealed.data[:100_000], len(sealed.data))
    assert first.status_code == 201, first.text
    place = first.headers["location"]
    assert look(client, place).headers["upload-offset"] == "100000"
    # No errand that a bidder writes has what was supplied removed.
    piece = supply.object_name(UUID(place.rpartition("/")[2]), 0, 100_000)
    with world.work.unit_as(Role.WORKER) as uow:
        bids.discard_object(uow, world.storage, piece)
    rest = go_on(client, place, 100_000, sealed.data[100_000:])
    assert (rest.status_code, rest.headers["upload-offset"]) == (204, str(len(sealed.data)))
    sweep(world)
    # At once, though the next look at the bytes that were lost is minutes away.
    world.advance()
    assert world.bids()[firm.name][:2] == ("opened", "7.00")
    assert world.document("plan.bin") == bytes(200_000)
    assert [(record.number, record.final) for record in world.records()] == [(1, False), (2, True)]
    assert wanted(client, world) == []
    said = world.rows(
        "select role, action, outcome from audit.entry where action like 'supply.%%' order by at"
    )
    assert said == [
        ("as_public", "supply.begin", "done"),
        ("as_worker", "supply.verified", "done"),
    ]
    # Settled is settled.
    assert begin(client, missing["id"], sealed.data).status_code == 404


def test_a_rivals_junk_is_refused_before_anything_is_stored(
    world: World, client: Client, lost: tuple[Firm, SealedBid]
) -> None:
    firm, sealed = lost
    [missing] = wanted(client, world)
    rival = firm.seal("7.00").data
    size, before = len(sealed.data), objects(world)
    junk = {
        "noise": (b"\0" * size, "header-not-allowed"),
        "another bid": ((rival + bytes(size))[:size], "share-differs"),
        "too short to tell": (sealed.data[:100], "first-bytes-too-few"),
    }
    for data, problem in junk.values():
        answer = begin(client, missing["id"], data, size)
        assert answer.status_code == 422, answer.text
        assert answer.json()["type"] == f"urn:sunseal:problem:{problem}"
    assert begin(client, missing["id"], sealed.data[:-1]).status_code == 400
    assert begin(client, missing["id"], sealed.data + b"\0", size).status_code == 413
    assert begin(client, str(uuid4()), sealed.data).status_code == 404
    assert world.rows("select count(*) from opened.supply_piece") == [(0,)]
    assert objects(world) == before


def test_wrong_bytes_behind_the_right_header_are_removed(
    world: World, client: Client, lost: tuple[Firm, SealedBid]
) -> None:
    firm, sealed = lost
    [missing] = wanted(client, world)
    before = objects(world)
    wrong = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    place = begin(client, missing["id"], wrong).headers["location"]
    sweep(world)
    assert look(client, place).status_code == 404
    assert objects(world) == before
    world.advance()
    assert world.bids()[firm.name][0] == "platform_fault"
    refused = "select outcome, reason from audit.entry where action = 'supply.refused'"
    assert world.rows(refused) == [("refused", "digest-differs")]
    # The place is free for the right ones.
    assert begin(client, missing["id"], sealed.data).status_code == 201
    sweep(world)
    world.advance()
    assert world.bids()[firm.name][0] == "opened"


def test_one_at_a_time_and_only_who_began_it_goes_on(
    world: World, client: Client, lost: tuple[Firm, SealedBid]
) -> None:
    _, sealed = lost
    [missing] = wanted(client, world)
    place = begin(client, missing["id"], sealed.data[:50_000], len(sealed.data)).headers["location"]
    second = begin(client, missing["id"], sealed.data)
    assert second.json()["type"] == "urn:sunseal:problem:supply-under-way"
    twice = go_on(client, place, 0, sealed.data[:50_000])
    assert (twice.status_code, twice.headers["upload-offset"]) == (409, "50000")
    too_much = go_on(client, place, 50_000, sealed.data)
    assert too_much.status_code == 413
    stranger = f"/api/v1/supplies/{missing['id']}"
    assert go_on(client, stranger, 50_000, b"junk").status_code == 404
    # Whoever stops half way does not keep others out for good.
    before = objects(world)
    world.move(IDLE + timedelta(seconds=1))
    sweep(world)
    assert objects(world) < before
    assert begin(client, missing["id"], sealed.data).status_code == 201


@pytest.mark.slow
def test_supplied_bytes_that_are_harmed_too_are_asked_for_again(
    world: World, client: Client, lost: tuple[Firm, SealedBid]
) -> None:
    firm, sealed = lost
    [missing] = wanted(client, world)
    before = objects(world)
    begin(client, missing["id"], sealed.data)
    sweep(world)
    folder = Path(world.settings.storage_url.removeprefix("file://"))
    newest = max((p for p in folder.rglob("*") if p.is_file()), key=lambda p: p.stat().st_mtime_ns)
    newest.write_bytes(newest.read_bytes()[:-1] + b"\0")
    world.advance()
    assert world.bids()[firm.name][0] == "platform_fault"
    sweep(world)
    assert objects(world) == before
    begin(client, missing["id"], sealed.data)
    sweep(world)
    world.advance()
    assert world.bids()[firm.name][0] == "opened"


FORGED = {
    "what is wanted": """insert into opened.wanted (tender_id, envelope, position, statement, size,
        sha256, since) values (gen_random_uuid(), '1', 1, '', 1, '', now())""",
    "a verdict": "update opened.supply set verified_at = now()",
    "a supply born verified": """insert into opened.supply (id, wanted_id, begun_at, verified_at)
        values (gen_random_uuid(), gen_random_uuid(), now(), now())""",
    "a supply of what is not wanted": """insert into opened.supply (id, wanted_id, begun_at)
        values (gen_random_uuid(), gen_random_uuid(), now())""",
    "a supply out of the way": "delete from opened.supply",
}


@pytest.mark.parametrize("statement", FORGED.values(), ids=FORGED)
def test_sql_as_the_public_forges_no_supply(untouched: Any, statement: str) -> None:
    with psycopg.connect(untouched.urls["desk"]) as desk:
        desk.execute("set local role as_public")
        with pytest.raises(InsufficientPrivilege):
            desk.execute(statement.encode())
