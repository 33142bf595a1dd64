"""A published tender with an agent, firms that ask, and who would like to know who does."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from litestar.testing import TestClient
from psycopg import sql

from sunseal.app import create_app
from sunseal.clarifications import rules
from sunseal.clarifications.body import Published
from sunseal.database import Role
from sunseal.screening.rules import CALENDAR
from sunseal_crypto import canonical
from sunseal_tasks.clarifications import release
from tests.opening.firm import Firm
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase
from tests.support.service import bearer
from tests.tenders.people import ORGANIZATION, PERSON, SESSION

STAFF = ("tendering_party", "agent", "centre", "supervisor", "operator", "custodian")
DAY = timedelta(days=1)


@dataclass
class Person:
    """Somebody with a session; `token` opens it."""

    role: Role
    person: UUID
    organization: UUID
    token: str


@dataclass
class Place:
    """`staff` has one person of each kind, the tender's own two among them; `stranger` buys
    something else."""

    world: World
    client: TestClient[Any]
    staff: dict[str, Person]
    stranger: Person

    @property
    def path(self) -> str:
        return f"/api/v1/tenders/{self.world.tender}"

    def begin_anew(self) -> None:
        """Nothing was asked, and bids are taken for nine days: batches come before that."""
        with self.world.database.admin() as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute(ANEW)

    def asks(self, firm: Firm, text: str, **more: Any) -> Any:
        return self.send("POST", f"{self.path}/questions", self.token(firm), {"text": text} | more)

    def own(self, firm: Firm) -> Any:
        return self.send("GET", f"{self.path}/questions/own", self.token(firm)).json()

    def released(self, who: str = "agent") -> Any:
        answer = self.send("GET", f"{self.path}/questions", self.staff[who].token)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def publishes(self, answer: str, who: str = "agent", **more: Any) -> Any:
        form = {"answer": answer} | more
        return self.send("POST", f"{self.path}/clarifications", self.staff[who].token, form)

    def published(self) -> Any:
        return self.send("GET", f"{self.path}/clarifications").json()

    def send(self, method: str, path: str, token: str = "", form: Any = None) -> Any:
        headers = bearer(token) if token else {}
        return self.client.request(method, path, json=form, headers=headers)

    def token(self, firm: Firm) -> str:
        token = secrets.token_hex(16)
        self.world.rows(session(token, firm.person))
        return token

    def work(self) -> None:
        """What beat asks of the worker every half minute."""
        with self.world.work.unit_as(Role.WORKER) as uow:
            release(uow, uuid4())

    def to_the_next_hour(self) -> None:
        """To the moment of the next batch, and the worker's next round."""
        [[now]] = self.world.rows("select kit.now()")
        self.world.move_to(rules.released_at(now, now + DAY))
        self.work()


def session(token: str, person: UUID) -> str:
    digest = hashlib.sha256(token.encode()).hexdigest()
    return (
        "insert into registry.session (token_digest, person_id, kind, created_at, expires_at)"
        f" values ('\\x{digest}', '{person}', 'token', now(), now() + interval '1 year')"
    )


ANEW = """
    truncate sealed.question, notice.question, notice.answered, notice.clarification;
    delete from sealed.event;
    delete from audit.entry;
    update notice.tender set status = 'published', cancelled_at = null, cancel_reason = null,
        published_at = kit.now(), deadline = kit.now() + interval '9 days',
        not_before = kit.now() + interval '9 days';
    update sealed.gate set deadline = kit.now() + interval '9 days';
"""


@contextmanager
def opened(database: TestDatabase, folder: Path) -> Iterator[Place]:
    world = make_world(database, folder)
    staff = {kind: enrolled(world, kind) for kind in STAFF}
    with database.admin() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update notice.tender set tendering_party_id = %s, agent_id = %s, agent_name = '代理'",
            [staff["tendering_party"].organization, staff["agent"].organization],
        )
    with TestClient(create_app(world.settings)) as client:
        made = Place(world, client, staff, enrolled(world, "tendering_party", "别家"))
        made.begin_anew()
        yield made


def enrolled(world: World, kind: str, name: str = "") -> Person:
    """A person of a new organization."""
    token = str(uuid4())
    made = Person(Role(f"as_{kind}"), uuid4(), uuid4(), token)
    row = {
        "organization": made.organization,
        "person": made.person,
        "kind": kind,
        "name": name or kind,
        "digest": hashlib.sha256(token.encode()).digest(),
    }
    with world.database.admin() as admin:
        for statement in (ORGANIZATION, PERSON, SESSION):
            admin.execute(statement, row)
    return made


def as_role(place: Place, side: str, role: str, who: Person | None, statement: Any) -> list[Any]:
    """What an injection runs on a side's login, in a role and in somebody's name."""
    with psycopg.connect(place.world.database.urls[side]) as connection:
        if who is not None:
            for name, held in (("actor", who.person), ("organization", who.organization)):
                connection.execute(
                    "select set_config(%s, %s, true)", (f"sunseal.{name}", str(held))
                )
        connection.execute("select set_config('role', %s, true)", (f"as_{role}",))
        cursor = connection.execute(statement)
        found = cursor.fetchall() if cursor.description else []
        connection.rollback()
        return found


def published(place: Place, **changes: Any) -> Published:
    """A clarification as the platform would write it now, but for `changes`."""
    fields = {
        "version": "sunseal/clarification/v1",
        "origin": place.world.settings.origin,
        "tender": str(place.world.tender),
        "number": 2,
        "question": "",
        "answer": "假的",
        "published_at": place.world.rows("select kit.now()")[0][0].astimezone(UTC),
    }
    return Published(**(fields | changes))


ADD = """insert into notice.clarification (tender_id, number, body, digest, published_at)
    values ({tender}, {number}, {body}, {digest}, {at})"""


def added(place: Place, who: Person, said: Published, at: datetime, body: bytes = b"") -> None:
    """By SQL; `body` is what stands there in place of `said`."""
    body = body or canonical.encode(said)
    given = {
        "tender": place.world.tender,
        "number": said.number,
        "body": body,
        "digest": hashlib.sha256(body).digest(),
        "at": at,
    }
    query = sql.SQL(ADD).format(**{name: sql.Literal(each) for name, each in given.items()})
    as_role(place, "desk", who.role.removeprefix("as_"), who, query)


def person_of(firm: Firm) -> Person:
    return Person(Role.BIDDER, firm.person, firm.organization, "")


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    """A moment of March 2027 where the tenders are."""
    return datetime(2027, 3, day, hour, minute, tzinfo=CALENDAR)
