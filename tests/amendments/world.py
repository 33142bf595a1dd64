"""A published tender with the two who may postpone it, and custodians who acknowledge."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from sunseal.amendments import service as amendments
from sunseal.database import Database, Role, UnitOfWork
from sunseal_crypto import amendment as rules
from sunseal_crypto import canonical, signing
from sunseal_crypto.amendment import Acknowledgement, Amendment
from sunseal_crypto.signing import SigningKey
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase

HOUR = timedelta(hours=1)


@dataclass
class Person:
    """Somebody of an organization, with the key that the organization enrolled."""

    role: Role
    organization: UUID = field(default_factory=uuid4)
    person: UUID = field(default_factory=uuid4)
    key: SigningKey = field(default_factory=SigningKey.generate)


@dataclass
class Amended:
    """`clerk` proposes for the tendering party, `centre` confirms; each has a colleague."""

    world: World
    clerk: Person
    centre: Person
    seats: list[Person]

    @cached_property
    def desk(self) -> Database:
        return self.world.database.desk

    def unit(self, who: Person) -> AbstractContextManager[UnitOfWork]:
        return self.desk.unit_as(who.role, who.person, who.organization)

    def wish(self, number: int = 1, **changes: Any) -> Amendment:
        """Amendment `number` moves the published times by so many hours."""
        agreed, by = self.world.key.terms, number * HOUR
        before = self.world.rows("select digest from notice.amendment order by number")
        made = Amendment(
            origin=agreed.origin,
            tender=agreed.tender,
            envelope=agreed.envelope,
            terms=self.world.key.terms_hash,
            number=number,
            previous=bytes(before[number - 2][0]) if number > 1 else b"",
            deadline=agreed.deadline + by,
            not_before=agreed.not_before + by,
            reason="A flood cut off the site.",
        )
        return msgspec.structs.replace(made, **changes)

    def propose(
        self, wish: Amendment | None = None, *, who: Person | None = None, by: Person | None = None
    ) -> UUID:
        """`who` brings the proposal, `by` whose key it is signed."""
        body = canonical.encode(wish or self.wish())
        signature = signing.sign_labelled((by or self.clerk).key, rules.PROPOSAL_LABEL, body)
        with self.unit(who or self.clerk) as uow:
            return amendments.propose(uow, self.world.tender, "1", body, signature).id

    def confirm(self, id_: UUID, *, who: Person | None = None, by: Person | None = None) -> None:
        [[body]] = self.world.rows("select body from notice.amendment where id = %s", id_)
        signature = rules.confirm(bytes(body), (by or self.centre).key)
        with self.unit(who or self.centre) as uow:
            amendments.confirm(uow, id_, signature)

    def confirmed(self, number: int = 1) -> UUID:
        id_ = self.propose(self.wish(number))
        self.confirm(id_)
        return id_

    def word(self, id_: UUID, custodian: int, signer: SigningKey | None = None) -> bytes:
        """What custodian `custodian` signs about an amendment, by the platform's clock."""
        [[digest, now]] = self.world.rows(
            "select digest, kit.now() from notice.amendment where id = %s", id_
        )
        said = Acknowledgement(amendment=bytes(digest), custodian=custodian, at=now)
        identity = signer or self.world.guards[custodian - 1].identity
        return canonical.encode(rules.acknowledge(said, identity))

    def acknowledge(self, id_: UUID, *custodians: int) -> None:
        for custodian in custodians:
            with self.unit(self.seats[custodian - 1]) as uow:
                amendments.acknowledge(uow, id_, custodian, self.word(id_, custodian))

    def tick(self) -> None:
        """A tick, and what the worker does after it."""
        self.world.tick()
        with self.world.work.unit_as(Role.WORKER) as uow:
            waiting = amendments.waiting(uow)
        for id_ in waiting:
            with self.world.work.unit_as(Role.WORKER) as uow:
                amendments.settle(uow, id_)

    def postpone(self, number: int = 1) -> UUID:
        """The whole way of an amendment, with two custodians of three."""
        id_ = self.confirmed(number)
        self.acknowledge(id_, 1, 2)
        self.tick()
        return id_

    def timetable(self) -> tuple[datetime, datetime]:
        """Of the box, which is that of the pages."""
        [box] = self.world.rows("select deadline, not_before from sealed.gate")
        [page] = self.world.rows("select deadline, not_before from notice.tender")
        assert box == page
        return tuple(box)

    @property
    def published(self) -> tuple[datetime, datetime]:
        agreed = self.world.key.terms
        return agreed.deadline, agreed.not_before

    @property
    def postponed(self) -> tuple[datetime, datetime]:
        return self.published[0] + HOUR, self.published[1] + HOUR


def amended(database: TestDatabase, folder: Path, **changes: Any) -> Amended:
    clerk, centre = Person(Role.TENDERING_PARTY), Person(Role.CENTRE)
    world = make_world(database, folder, amenders=[clerk.key.public, centre.key.public], **changes)
    clerk.organization = world.party
    custodians = world.guards[: world.key.terms.n]
    seats = [Person(Role.CUSTODIAN, key=guard.identity) for guard in custodians]
    made = Amended(world, clerk, centre, seats)
    for who, name in ((clerk, "某中学"), (centre, "交易中心")):
        register(world, who, name)
        enrol(world, who)
    for who, guard in zip(seats, custodians, strict=True):
        register(world, who, guard.name)
    return made


def register(world: World, who: Person, name: str) -> Person:
    """The person, and the organization if it is a new one."""
    kind = who.role.value.removeprefix("as_")
    world.rows(
        """insert into registry.organization (id, name, name_key, kind, registered_at)
        values (%s, %s, %s, %s, kit.now()) on conflict do nothing""",
        who.organization,
        name,
        name,
        kind,
    )
    world.rows(
        """insert into registry.person (id, organization_id, name, email, role, password_hash,
        created_at) values (%s, %s, 'p', %s, %s, '-', kit.now())""",
        who.person,
        who.organization,
        f"{who.person}@example.cn",
        kind,
    )
    return who


def enrol(world: World, who: Person) -> None:
    world.rows(
        """insert into registry.signing_key (organization_id, public_key, enrolled_by, enrolled_at)
        values (%s, %s, %s, kit.now())""",
        who.organization,
        who.key.public,
        who.person,
    )
