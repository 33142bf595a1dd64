"""An installation with people of both sides, a log that ticks, and rules that may look."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.supervision import service
from sunseal.supervision.rules import RULES
from tests.audit.world import World as LogWorld
from tests.support.database import TestDatabase

CHANNELS = ("email", "webhook")
REASON = "a bidder's upload hangs and must be mended"


@dataclass
class Person:
    id: UUID
    organization: UUID
    role: Role


@dataclass
class World:
    log: LogWorld
    database: TestDatabase
    people: dict[str, Person] = field(default_factory=dict)

    @contextmanager
    def unit(self, name: str) -> Iterator[UnitOfWork]:
        person = self.people[name]
        with self.log.unit(person.role, person.id, person.organization) as uow:
            yield uow

    @contextmanager
    def worker(self) -> Iterator[UnitOfWork]:
        with self.log.unit(Role.WORKER) as uow:
            yield uow

    def add(self, name: str, kind: str, beside: str | None = None) -> Person:
        """A person of a role, in an organization of its own or in that of `beside`."""
        organization = self.people[beside].organization if beside else uuid4()
        person = Person(uuid4(), organization, Role(f"as_{kind}"))
        with self.database.admin() as admin:
            if beside is None:
                admin.execute(
                    "insert into registry.organization (id, name, name_key, kind, registered_at)"
                    " values (%s, %s, %s, %s, now())",
                    (organization, name, name, kind),
                )
            admin.execute(
                "insert into registry.person (id, organization_id, name, email, role,"
                " password_hash, created_at) values (%s, %s, %s, %s, %s, 'x', now())",
                (person.id, organization, name, f"{name}@example.cn", kind),
            )
        self.people[name] = person
        return person

    def tender(self, status: str = "published", **more: object) -> UUID:
        """A tender whose opening is an hour away; `more` overrides columns of it."""
        tender = self.log.tender("open")
        columns: dict[str, Any] = {"status": status, "notice": None} | more
        columns["not_before"] = more.get("not_before", self.log.now + timedelta(hours=1))
        if columns["notice"] is None:
            columns["notice"] = b"notice"
        changes = ", ".join(f"{name} = %({name})s" for name in columns)
        with self.database.admin() as admin:
            admin.execute("alter table notice.tender disable trigger keep_tender")
            admin.execute(
                f"update notice.tender set {changes} where id = %(id)s".encode(),
                columns | {"id": tender},
            )
        return tender

    def look(self, name: str) -> int:
        """Has one rule look; returns how many new findings that made."""
        [rule] = [each for each in RULES if each.name == name]
        with self.worker() as uow:
            return service.apply(uow, rule, self.log.roster, CHANNELS)

    def found(self, name: str) -> list[tuple[Any, ...]]:
        """Tender, sentence and evidence of a rule's findings."""
        return self.log.rows(
            "select tender_id, sentence, evidence from supervision.finding where rule = :name"
            " order by raised_at",
            name=name,
        )

    def refused(self, role: Role, object_: str, reason: str = "forbidden", who: str = "") -> UUID:
        """An entry about a refused request."""
        person = self.people[who].id if who else uuid4()
        with self.log.unit(role, person) as uow:
            entry = audit.record(uow, "access.refused", object_, outcome="refused", reason=reason)
        return entry.id

    def alerts(self) -> list[tuple[Any, ...]]:
        return self.log.rows("select occasion, channel, subject, body from supervision.alert")


def make_world(database: TestDatabase) -> World:
    # The database's own clock ends proposals, so this world lives in the present.
    now = datetime.now(UTC)  # noqa: TID251
    world = World(LogWorld(database, now), database)
    for name, kind in (
        ("operator", "operator"),
        ("supervisor", "supervisor"),
        ("centre", "centre"),
        ("bidder", "bidder"),
    ):
        world.add(name, kind)
    return world


def local(world: World, hour: int) -> datetime:
    """The next time that clocks in Beijing show `hour`."""
    wanted = world.log.now.replace(hour=(hour - 8) % 24, minute=7)
    return wanted if wanted > world.log.now else wanted + timedelta(days=1)
