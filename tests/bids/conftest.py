from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from litestar.testing import TestClient

from sunseal.app import create_app
from sunseal.embedded import Embedded
from sunseal.keys import Keys
from sunseal.storage import Storage
from tests.bids.world import Bidder, Box
from tests.support.database import TestDatabase, create, run, settings_for
from tests.support.service import guards, roster_of

CROWD = "bids_crowd"


@contextmanager
def opened(database: TestDatabase, folder: Path) -> Iterator[Box]:
    settings = settings_for(database, folder)
    custodians, witnesses = guards(3), guards(1, first=4)
    settings.roster.write_bytes(roster_of(settings.origin, settings.keys, custodians, witnesses))
    storage, keys = Storage(settings.storage_url), Keys(settings.keys, settings.origin)
    with TestClient(create_app(settings)) as client:
        yield Box(client, database, settings, storage, keys)


@pytest.fixture
def box(database: TestDatabase, tmp_path: Path) -> Iterator[Box]:
    """An installation that is the test's own."""
    with opened(database, tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def crowd(
    embedded: Embedded, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Box]:
    """One installation for all cases that look at nothing but their own bid.

    That it is full of other firms' bids must not be seen from any of them.
    """
    create(embedded, CROWD, template)
    urls = {side: embedded.url_for(f"sunseal_{side}", CROWD) for side in ("desk", "box", "work")}
    database = TestDatabase(CROWD, embedded.url_for("postgres", CROWD), urls)
    with opened(database, tmp_path_factory.mktemp(CROWD)) as made:
        yield made
    for login in database.opened:
        login.close()
    run(embedded, f"drop database if exists {CROWD} with (force)")


@pytest.fixture
def bidder(request: pytest.FixtureRequest) -> Bidder:
    """A firm that has joined: alone in a test that asks for `box`, else in the crowd."""
    name = "box" if "box" in request.fixturenames else "crowd"
    box: Box = request.getfixturevalue(name)
    return box.joined()
