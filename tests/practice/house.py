"""A practice instance in the test's process: its database is marked, its office is registered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from litestar.testing import TestClient

from sunseal import migrations
from sunseal.app import create_app
from sunseal.database import Role
from sunseal.organizations import service as organizations
from sunseal.organizations.service import NewPerson
from sunseal.practice import rules
from sunseal.settings import Settings
from tests.support.database import TestDatabase, settings_for
from tests.support.service import PASSWORD, guards, roster_of

ORIGIN = "practice.test.sunseal.example/log"
HOME = "https://practice.local"
SESSION = "__Host-session"
HERE = {"origin": HOME, "sec-fetch-site": "same-origin"}
# Room for one: the second is told to wait.
MOST = 1


@dataclass
class House:
    client: TestClient[Any]
    database: TestDatabase
    settings: Settings

    def begin(self) -> httpx.Response:
        """What a click answers, in the browser that `client` is."""
        return self.client.post("/practice", headers=HERE)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self.database.admin() as admin:
            return admin.execute(query, values or None).fetchall()

    def over(self) -> None:
        """All practices end, as after some minutes."""
        with self.database.admin() as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute("update notice.tender set status = 'opened'")


def practice_settings(database: TestDatabase, folder: Path, **changes: Any) -> Settings:
    """With keys and a roster."""
    migrations.run(database.admin_url, practice=True)
    named = {"origin": ORIGIN, "practice": True, "practices": MOST} | changes
    settings = settings_for(database, folder, **named)
    roster = roster_of(settings.origin, settings.keys, guards(3), guards(1, first=4))
    settings.roster.write_bytes(roster)
    return settings


def register_office(database: TestDatabase) -> None:
    person = NewPerson("office", rules.OFFICE_EMAIL, PASSWORD)
    with database.work.unit_as(Role.WORKER) as uow:
        organizations.register_authority(uow, "练习办公室", "tendering_party", person)


@contextmanager
def practising(database: TestDatabase, folder: Path, **changes: Any) -> Iterator[House]:
    settings = practice_settings(database, folder, **changes)
    register_office(database)
    with TestClient(create_app(settings), base_url=HOME) as client:
        client.follow_redirects = False
        yield House(client, database, settings)


def tender_of(begun: httpx.Response) -> UUID:
    assert begun.status_code == 303, begun.text
    return UUID(begun.headers["location"].removeprefix("/practice/"))
