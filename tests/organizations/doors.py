"""The door of an installation in which staff needs a second factor, and who comes to it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import pyotp
from litestar.testing import TestClient

from sunseal.factors import rules
from sunseal.settings import Settings
from tests.support.database import TestDatabase
from tests.support.service import PASSWORD, bearer

API = "/api/v1"
PERSON = """
    insert into registry.person (organization_id, name, email, role, password_hash, administrator,
        created_at) values (%s, '周敏', %s, %s, %s, true, kit.now())
"""
ORGANIZATION = """
    insert into registry.organization (id, name, name_key, kind, registered_at)
    values (%s, %s, %s, %s, kit.now())
"""


class Entry(NamedTuple):
    """Of the log, as supervisors read it at once."""

    actor: str
    action: str
    object: str
    reason: str


@dataclass
class Door:
    """An installation in which staff needs a second factor; everybody has the same password."""

    client: TestClient[Any]
    database: TestDatabase
    settings: Settings
    password_hash: str
    ahead: timedelta = timedelta()

    def clerk(self) -> str:
        """Somebody new at a centre: the address."""
        return self._person("centre")

    def firm(self) -> str:
        """The administrator of a new firm: the address."""
        return self._person("bidder")

    def password(self, email: str, password: str = PASSWORD, device: str = "") -> Any:
        form = {"email": email, "password": password, "device": device}
        return self.client.post(f"{API}/sessions", json=form)

    def post(self, path: str, token: str, form: Any = None) -> Any:
        return self.client.post(f"{API}{path}", json=form or {}, headers=bearer(token))

    def get(self, path: str, token: str) -> Any:
        return self.client.get(f"{API}{path}", headers=bearer(token))

    def code(self, token: str, code: str, device: str = "") -> Any:
        return self.post("/sessions/second-factor", token, {"code": code, "device": device})

    def pass_time(self, **later: float) -> None:
        self.ahead += timedelta(**later)
        with self.database.admin() as admin:
            admin.execute(
                "create or replace function kit.now() returns timestamptz language sql volatile"
                f" as $$ select clock_timestamp() + interval '{self.ahead.total_seconds()} s' $$"
            )

    def now(self) -> int:
        return int(self.rows("select extract(epoch from kit.now())::int8")[0][0])

    def rows(self, query: str, *values: object) -> list[Any]:
        """As the administrator of the database."""
        with self.database.admin() as admin:
            found = admin.execute(query.encode(), values)
            return found.fetchall() if found.description else []

    def entries(self) -> list[Entry]:
        query = "select actor, action, object, reason from audit.entry order by at"
        return [Entry(*row) for row in self.rows(query)]

    def _person(self, kind: str) -> str:
        place, email = uuid4(), f"{uuid4().hex}@example.cn"
        self.rows(ORGANIZATION, place, email, email, kind)
        self.rows(PERSON, place, email, kind, self.password_hash)
        return email


@dataclass
class Phone:
    """A program that makes codes, on somebody's telephone."""

    door: Door
    email: str
    totp: pyotp.TOTP
    codes: list[str]
    device: str

    def code(self, *, steps: int = 0) -> str:
        return str(self.totp.at(self.door.now() + steps * rules.STEP_SECONDS))

    def half(self) -> str:
        """The token of a session that waits for a code."""
        return str(self.door.password(self.email, device=self.device).json()["token"])


def enrolled(door: Door) -> Phone:
    """A clerk who has signed in for the first time; the clock then stands a step later."""
    email = door.clerk()
    token = door.password(email).json()["token"]
    begun = door.post("/factors", token).json()
    totp = pyotp.TOTP(begun["secret"])
    path = f"/factors/{begun['id']}/confirm"
    answer = door.post(path, token, {"code": totp.at(door.now())})
    assert answer.status_code == 201, answer.text
    door.pass_time(seconds=rules.STEP_SECONDS)
    said = answer.json()
    return Phone(door, email, totp, said["recovery_codes"], said["session"]["device"])
