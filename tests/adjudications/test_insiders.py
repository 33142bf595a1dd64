"""What a reviewer who wants to know who is bidding would watch, and sees nothing in."""

from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from sunseal.app import create_app
from sunseal.database import Role
from sunseal.screening import service as screening
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase
from tests.support.service import Service, bearer
from tests.tenders.people import enrol

FIRMS = ("同名建筑有限公司", "平安建设有限公司", "长河工程有限公司")
ENTRIES = [f"B-{n},company,{name},,serious,a judgment,2020-01-01," for n, name in enumerate(FIRMS)]
PATHS = (
    "/api/v1/screening/candidates",
    "/api/v1/screening/candidates?decision=clear",
    "/api/v1/screening/lists",
)


@pytest.fixture
def world(database: TestDatabase, tmp_path: Path) -> World:
    return make_world(database, tmp_path)


def _nightly(world: World) -> None:
    with world.work.unit_as(Role.WORKER) as uow:
        screening.check_all(uow)


def _seen(client: TestClient[Any], token: str) -> list[Any]:
    answers = [client.get(path, headers=bearer(token)) for path in PATHS]
    assert {each.status_code for each in answers} == {200}
    seen = [each.json() for each in answers]
    sides = [
        client.get(f"{PATHS[0]}/{row['id']}", headers=bearer(token)).json()
        for row in seen[0]["candidates"]
    ]
    assert len(sides) == len(FIRMS)
    return [seen, sides]


def test_the_desk_looks_the_same_after_a_firm_has_bid(world: World) -> None:
    """A listed firm joins, submits, is screened for the tender, replaces and withdraws."""
    world.lists(*ENTRIES)
    firms = [world.firm(name) for name in FIRMS]
    _nightly(world)
    with TestClient(create_app(world.settings)) as client:
        service = Service(client, world.database, world.settings, world.guards, [])
        tokens = [enrol(service, kind) for kind in ("centre", "supervisor")]
        before = [_seen(client, token) for token in tokens]
        firm = firms[1].joined()
        submitted = firm.submit(firm.seal("1000.00"))
        with world.work.unit_as(Role.WORKER) as uow:
            screening.check_submission(uow, submitted)
        assert world.rows("select count(*) from sealed.screening") == [(1,)]
        assert [_seen(client, token) for token in tokens] == before
        firm.submit(firm.seal("900.00"), "replace")
        firm.withdraw()
        assert [_seen(client, token) for token in tokens] == before
        # The sweep screens all of them, so it brings nobody to the front.
        _nightly(world)
        assert [_seen(client, token) for token in tokens] == before


def test_no_time_of_a_check_is_shown(world: World) -> None:
    """A firm that is checked alone would stand out by its minute."""
    world.lists(*ENTRIES)
    firms = [world.firm(name) for name in FIRMS]
    _nightly(world)
    with TestClient(create_app(world.settings)) as client:
        service = Service(client, world.database, world.settings, world.guards, [])
        token = enrol(service, "centre")
        before = _seen(client, token)
        with world.work.unit_as(Role.WORKER) as uow:
            screening.check_organization(uow, firms[2].organization)
        assert _seen(client, token) == before


def test_the_desks_roles_cannot_reach_what_is_sealed(untouched: TestDatabase) -> None:
    with untouched.admin() as admin:
        found = admin.execute(
            """select r.role from unnest(array['as_centre', 'as_supervisor', 'as_tendering_party',
                'as_agent', 'as_operator', 'as_public']) r(role)
            where has_schema_privilege(r.role, 'sealed', 'usage')
               or has_any_column_privilege(r.role, 'sealed.screening', 'select')"""
        ).fetchall()
    assert found == []
