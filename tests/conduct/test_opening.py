"""What an opening tells of a firm's conduct, whom, and that nobody hears of it before."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from litestar.testing import TestClient

import sunseal.conduct
from sunseal.app import create_app
from sunseal.conduct import service as conduct
from sunseal.database import Role
from tests.opening.world import Firm, World
from tests.support.service import Service, bearer
from tests.tenders.people import enrol

CONDUCT = "/api/v1/conduct"
KINDS = ("tendering_party", "agent", "centre", "supervisor")


def collect(world: World) -> None:
    with world.work.unit_as(Role.WORKER) as uow:
        conduct.collect(uow)


def _play(world: World) -> tuple[Firm, Firm]:
    """One firm bids and stays, another withdraws before the deadline."""
    world.lists()
    [stays] = world.bidders(1)
    leaves = world.firm().joined()
    leaves.submit(leaves.seal("7.00"))
    leaves.withdraw()
    return stays, leaves


@contextmanager
def _people(world: World) -> Iterator[Any]:
    """Asks as one person of a kind; the tendering party's is that of the tender."""
    with TestClient(create_app(world.settings)) as client:
        service = Service(client, world.database, world.settings, world.guards, [])
        tokens = {kind: enrol(service, kind) for kind in KINDS}
        world.rows("set session_replication_role = replica; " + PARTY)

        def ask(kind: str, path: str) -> Any:
            headers = bearer(tokens[kind]) if kind else {}
            return client.get(path, headers=headers)

        yield ask


PARTY = """
    update notice.tender set tendering_party_id = (select id from registry.organization
        where kind = 'tendering_party' and name = 'tendering_party')
"""


def _seen(world: World, ask: Any) -> list[Any]:
    paths = (CONDUCT, f"/api/v1/tenders/{world.tender}/conduct")
    return [(ask(kind, path).status_code, ask(kind, path).text) for kind in KINDS for path in paths]


def test_before_the_opening_nobody_sees_who_withdrew(world: World) -> None:
    """The same answers as when nobody has bid, down to the last byte."""
    world.lists()
    with _people(world) as ask:
        empty = _seen(world, ask)
        [stays] = world.bidders(1)
        leaves = world.firm().joined()
        leaves.submit(leaves.seal("7.00"))
        leaves.withdraw()
        collect(world)
        assert _seen(world, ask) == empty
        world.close()
        world.ask()
        world.answer(1, 2)
        collect(world)
        assert world.rows("select count(*) from registry.conduct_fact") == [(0,)]
        assert _seen(world, ask) == empty
        world.advance()
        assert stays.name in world.bids()
        collect(world)
        assert _seen(world, ask) != empty


def test_after_it_supervisors_do_and_the_tenders_parties_do_not(world: World) -> None:
    """The record names who withdrew by a pseudonym; its parties learn no more from here."""
    stays, leaves = _play(world)
    world.open()
    collect(world)
    collect(world)
    with _people(world) as ask:
        [fact] = ask("supervisor", CONDUCT).json()
        assert (fact["kind"], fact["organization_id"]) == ("withdrawal", str(leaves.organization))
        assert fact["tender_id"] == str(world.tender)
        place = f"/api/v1/tenders/{world.tender}/conduct"
        assert [ask(kind, place).json() for kind in ("tendering_party", "centre")] == [[], []]
        assert stays.name in world.bids()


def test_parties_read_of_the_firms_in_their_own_opening_alone(world: World) -> None:
    stays, leaves = _play(world)
    world.open()
    for firm in (stays, leaves):
        world.rows(ADDED, firm.organization)
    place = f"/api/v1/tenders/{world.tender}/conduct"
    with _people(world) as ask:
        for kind in ("tendering_party", "centre"):
            found = ask(kind, place).json()
            assert [each["organization_id"] for each in found] == [str(stays.organization)]
            assert found[0]["notes"] == []
        stranger = ask("agent", place)
        assert (stranger.status_code, stranger.json()["type"]) == (
            403,
            "urn:sunseal:problem:not-a-party",
        )
        assert ask("", place).status_code == 401
    logged = world.rows("select count(*) from audit.entry where action = 'conduct.read'")
    assert logged == [(2,)]


def test_what_is_over_or_struck_is_not_the_parties(world: World) -> None:
    stays, _ = _play(world)
    world.open()
    world.rows(ADDED, stays.organization)
    place = f"/api/v1/tenders/{world.tender}/conduct"
    with _people(world) as ask:
        assert len(ask("tendering_party", place).json()) == 1
        for _ in range(2):
            assert len(ask("centre", place).json()) == 1
            world.rows(STRUCK, uuid4())
        assert ask("tendering_party", place).json() == []
        assert ask("centre", place).json() == []
        states = {each["state"] for each in ask("supervisor", place).json()}
        assert states == {"struck", "over"}


ADDED = """
    insert into registry.conduct_fact (organization_id, kind, origin, source, reference,
        legal_basis, statement, valid_from, valid_to, recorded_at)
    select %s, 'penalty', o.origin, 's', 'r', 'l', 'x', '2020-01-01', o.valid_to, now()
    from (values ('current', date '2199-01-01'), ('over', date '2021-01-01')) o (origin, valid_to)
"""
STRUCK = """
    insert into registry.conduct_note (fact_id, kind, said, made_by, made_at)
    select id, 'struck', 'x', %s, now() from registry.conduct_fact where origin = 'current'
"""


def test_a_bid_that_was_revoked_is_a_fact_and_the_platforms_fault_is_none(world: World) -> None:
    world.lists()
    [good] = world.bidders(1)
    bad = world.firm().joined()
    bad.submit(bad.seal("7.00", tamper=lambda data: data + b"x"))
    world.open()
    collect(world)
    assert world.bids()[bad.name][0] == "revoked"
    found = world.rows("select kind, organization_id from registry.conduct_fact")
    assert found == [("revocation", bad.organization)]
    assert good.name in world.bids()


def test_a_tender_with_too_few_bids_tells_of_nobody(few: World) -> None:
    _play(few)
    few.close()
    few.ask()
    few.advance()
    assert few.status() == "failed"
    collect(few)
    assert few.rows("select count(*) from opened.conduct") == [(0,)]
    assert few.rows("select count(*) from registry.conduct_fact") == [(0,)]


def test_the_room_does_not_name_the_box() -> None:
    """The worker could read it; so no statement of this room may."""
    folder = Path(sunseal.conduct.__file__).parent
    sources = [file.read_text("utf-8") for file in folder.rglob("*.py")]
    assert len(sources) > 8
    assert not [source for source in sources if "sealed." in source or "sunseal.bids" in source]
