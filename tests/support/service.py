"""The whole web service in the test's process: a fresh database, keys and roster of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from litestar.testing import TestClient

from sunseal import keys
from sunseal.database import Role
from sunseal.organizations import service as organizations
from sunseal.organizations.service import NewPerson
from sunseal.settings import Settings
from sunseal_crypto import canonical
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner
from sunseal_crypto.roster import Custodian, Roster, Witness
from sunseal_crypto.signing import SigningKey
from tests.support.database import TestDatabase, settings_for

PASSWORD = "correct horse battery"
# Well formed, and of nobody: the numbers count up.
USCC = (
    "91440300100000000R",
    "91440300100000001W",
    "914403001000000020",
    "914403001000000033",
    "914403001000000046",
    "914403001000000059",
    "91440300100000006C",
)


@dataclass
class Guard:
    """A custodian or witness as the tests play it: its keys, and who it is."""

    name: str
    authority: str
    identity: SigningKey
    cosigner: NoteSigner


def guards(count: int, first: int = 1) -> list[Guard]:
    made = []
    for number in range(first, first + count):
        name = f"guard-{number}"
        cosigner = NoteSigner(f"{name}.example", SigningKey.generate(), COSIGNATURE)
        made.append(Guard(name, f"authority-{number}", SigningKey.generate(), cosigner))
    return made


def roster_of(origin: str, folder: Path, custodians: list[Guard], witnesses: list[Guard]) -> bytes:
    """Makes the platform's keys in `folder`, and the roster that names everybody."""
    roster = Roster(
        version="sunseal/roster/v1",
        origin=origin,
        operator="the operator",
        custodians=[
            Custodian(g.name, g.authority, g.identity.public, str(g.cosigner.verifier))
            for g in custodians
        ],
        witnesses=[Witness(g.name, g.authority, str(g.cosigner.verifier)) for g in witnesses],
        **keys.make(folder, origin).public(),
    )
    return canonical.encode(roster)


def settings_of_nothing(folder: Path) -> Settings:
    """For an application that is looked at and asked nothing: there is no database behind it."""
    nowhere = "postgresql://nobody@/nothing"
    settings = Settings(
        origin="a.example/log",
        desk_url=nowhere,
        box_url=nowhere,
        work_url=nowhere,
        redis_url="",
        storage_url=f"file://{folder}",
        keys=folder / "keys",
        roster=folder / "roster.json",
    )
    settings.roster.write_bytes(roster_of(settings.origin, settings.keys, guards(3), guards(1, 4)))
    return settings


@dataclass
class Service:
    """An installation with its client; people sign in by name of their role."""

    client: TestClient[Any]
    database: TestDatabase
    settings: Settings
    custodians: list[Guard]
    witnesses: list[Guard]

    def authority(self, kind: str, name: str | None = None) -> str:
        """Registers an authority with one person; returns that person's token."""
        email = f"{name or kind}@example.cn"
        person = NewPerson(name or kind, email, PASSWORD)
        with self.database.work.unit_as(Role.WORKER) as uow:
            organizations.register_authority(uow, name or kind, kind, person)
        return self.sign_in(email)

    def firm(self, number: int) -> tuple[str, UUID]:
        """Registers bidder `number` (from 0); returns its administrator's token and its id."""
        person = {"name": "张三", "email": f"firm{number}@example.cn", "password": PASSWORD}
        form = {"name": f"第{number}建筑有限公司", "uscc": USCC[number], "person": person}
        answer = self.client.post("/api/v1/organizations", json=form)
        assert answer.status_code == 201, answer.text
        return self.sign_in(person["email"]), UUID(answer.json()["organization"]["id"])

    def sign_in(self, email: str) -> str:
        answer = self.client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def settings(database: TestDatabase, tmp_path: Path) -> Settings:
    return settings_for(database, tmp_path)


@pytest.fixture
def service(database: TestDatabase, settings: Settings) -> Iterator[Service]:
    from sunseal.app import create_app

    custodians, witnesses = guards(3), guards(1, first=4)
    settings.roster.write_bytes(roster_of(settings.origin, settings.keys, custodians, witnesses))
    with TestClient(create_app(settings)) as client:
        yield Service(client, database, settings, custodians, witnesses)
