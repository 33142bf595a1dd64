"""A live installation to be manipulated: its own code plays a tender, and each trick gets a copy.

It is a world of tests/opening in which everybody is registered through the services, so that the
log tells of everybody, and whose cosigners follow the log: whoever rewrote a leaf that they saw
gets no cosignature of theirs any more.
"""

import hashlib
import io
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.clarifications import service as clarifications
from sunseal.custody.service.answer import post_to_request
from sunseal.database import Database, Role, UnitOfWork
from sunseal.errors import Forbidden
from sunseal.opening import service as opening
from sunseal.organizations import rules, service
from sunseal.organizations.service import NewPerson
from sunseal_crypto import checkpoint, joining, merkle, notes, release, signing
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.joining import Joining
from sunseal_crypto.release import Refusal, Rule
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor.journal import place
from sunseal_parties.auditor.verify import Verdict, verify
from tests.opening.world import Firm, World, make_world
from tests.support.custodians import heads_of
from tests.support.database import TestDatabase
from tests.support.service import PASSWORD, USCC, Guard

STAFF = ("centre", "supervisor", "tendering_party", "operator")
LISTED = 3
FIRMS = 5


@dataclass
class Cosigners:
    """What all of them have seen of the log. They never sign a history that does not extend it."""

    guards: list[Guard]
    seen: list[bytes] = field(default_factory=list)

    def sign(self, text: bytes, leaves: list[bytes], now: Any) -> list[bytes]:
        shown = Checkpoint.parse(text)
        frontier = merkle.Frontier()
        frontier.extend(merkle.leaf_hash(leaf) for leaf in leaves)
        if leaves[: len(self.seen)] != self.seen or frontier.root() != shown.root:
            return []
        self.seen = leaves
        return [checkpoint.cosign(text, guard.cosigner, now) for guard in self.guards]


@dataclass
class Scene:
    """`staff` are persons by kind, `seats` the custodians' persons with their organizations.

    `papers` are what somebody else kept of the log, by name.
    """

    world: World
    cosigners: Cosigners
    staff: dict[str, UUID] = field(default_factory=dict)
    authorities: dict[str, UUID] = field(default_factory=dict)
    seats: list[tuple[UUID, UUID]] = field(default_factory=list)
    firms: list[Firm] = field(default_factory=list)
    papers: dict[str, bytes] = field(default_factory=dict)
    desk: Database = field(init=False)

    def __post_init__(self) -> None:
        self.desk = self.world.database.desk

    # -- the insider's hand

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """As a superuser, for whom no trigger fires and no policy counts."""
        with self.world.database.admin() as hand:
            hand.execute("set session_replication_role = replica")
            cursor = hand.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def one(self, statement: str, *values: Any) -> Any:
        [[found]] = self.sql(statement, *values)
        return found

    # -- what goes on by itself

    def tick(self) -> None:
        """The log's next tick; cosigners sign it if they can, and what is over is shown."""
        world = self.world
        world.tick()
        with self.desk.unit_as(Role.CUSTODIAN) as uow:
            text = notes.parse(audit.latest_checkpoint(uow).encode()).text
            leaves = audit.leaves(uow, 0, Checkpoint.parse(text).size)
            for line in self.cosigners.sign(text, leaves, uow.now):
                audit.cosign(uow, world.roster, Checkpoint.parse(text).size, line.decode())
        self.reveal()

    def reveal(self) -> None:
        """What the worker shows once nothing is sealed any more."""
        with self.world.work.unit_as(Role.WORKER) as uow:
            opening.reveal(uow)
        with self.world.work.unit_as(Role.WORKER) as uow:
            audit.reveal_seeds(uow)

    def open(self) -> None:
        """From before the deadline to the record, and everything shown."""
        self.close()
        self.ask()
        self.finish()

    def close(self) -> None:
        world = self.world
        world.destroy_headers()
        self.tick()
        world.move_to(world.key.terms.deadline)
        world.advance()
        self.tick()
        world.advance()
        self.tick()

    def ask(self) -> None:
        world = self.world
        world.move_to(world.key.terms.not_before)
        world.advance()
        self.tick()
        world.advance()
        self.tick()

    def finish(self) -> None:
        for custodian in (1, 2):
            self.answers(custodian)
        self.world.advance()
        self.tick()
        self.settle()

    def settle(self) -> None:
        self.reveal()
        self.tick()
        self.reveal()
        self.tick()

    def acts(self, role: Role, person: UUID, action: str) -> None:
        """Somebody of the staff does what is not worth a scene of its own."""
        with self.desk.unit_as(role, person) as uow:
            audit.record(uow, action, "audit/entries")
        self.tick()

    def registered(self, organization: UUID) -> str:
        """How a verdict names the entry by which a firm or an authority registered."""
        return self.named("organization.register", organization)

    def named(self, action: str, organization: UUID) -> str:
        return self._entry_about(action, f"organization/{organization}")

    def imported(self, code: str) -> str:
        """The same for the last import of a list."""
        return self._entry_about("screening.import", f"list/{code}")

    def sealed_name(self, action: str, organization: UUID, number: int = 0) -> str:
        """The same for one of a firm's entries, which the box still hides."""
        rows = self.sql(
            """select tick, slot, commitment from sealed.event where organization_id = %s
            and convert_from(detail, 'UTF8')::jsonb ->> 'action' = %s order by tick, slot""",
            organization,
            action,
        )
        return _place(rows[number])

    def _entry_about(self, action: str, object_: str) -> str:
        rows = self.sql(
            """select tick, slot, commitment from audit.entry where action = %s and object = %s
            order by at""",
            action,
            object_,
        )
        return _place(rows[-1])

    def answers(self, index: int, request: int = -1) -> None:
        """A custodian's commitment, and its answer when that is in the log."""
        request_id, body = self.world.requests()[request]
        signed = self.world.council.answer(index, body, heads_of(body))
        sealed = self.world.council.seal(signed)
        self.posts(index, request_id, "commitment", release.commitment(signed))
        self.tick()
        self.posts(index, request_id, "answer", sealed)

    def refuses(self, index: int, rule: Rule) -> None:
        request_id, body = self.world.requests()[-1]
        with self.desk.unit_as(Role.PUBLIC) as uow:
            now = uow.now.astimezone(UTC)
        refusal = Refusal(
            request=release.digest(body), custodian=index, rule=rule, sentence="no", at=now
        )
        signed = self.world.council.refuse(index, refusal)
        self.posts(index, request_id, "refusal", signed)

    def posts(self, index: int, request_id: UUID, step: str, body: bytes) -> None:
        person, organization = self.seats[index - 1]
        with self.desk.unit_as(Role.CUSTODIAN, person, organization) as uow:
            post_to_request(uow, request_id, step, index, body)

    # -- what supervisors get

    def bundle(self) -> io.BytesIO:
        file = io.BytesIO()
        person = self.staff["supervisor"]
        with self.desk.unit_as(Role.SUPERVISOR, person) as uow:
            audit.bundle(uow, file, self.world.tender, self.world.settings.roster_bytes())
        file.seek(0)
        return file

    def verdict(self) -> Verdict:
        return verify(self.bundle(), self.world.council.roster_bytes, None, self.papers)

    def serve_roster(self, path: Path) -> None:
        """From now on the platform shows the roster file at `path` as its own."""
        self.world.settings = replace(self.world.settings, roster=path)

    # -- who is here

    def settle_in(self) -> None:
        """Authorities, firms and lists; and some who were refused."""
        world = self.world
        for kind in STAFF:
            self.staff[kind], self.authorities[kind] = self._authority(kind, kind)
        self.seats = [self._authority(guard.name, "custodian") for guard in self._custodians()]
        self.firms = [self._firm(number) for number in range(FIRMS)]
        world.lists(f"B-1,company,{self.firms[LISTED].name},{USCC[LISTED]},bar,test,2020-01-01,")
        for kind in ("centre", "operator"):
            self.is_refused(kind)
        self.tick()

    def is_refused(self, kind: str) -> None:
        """Somebody of the staff asks for what is not his to ask."""
        role = Role(f"as_{kind}")
        with suppress(Forbidden), self.desk.unit_as(role, self.staff[kind]) as uow:
            uow.require(Role.WORKER)

    def publish(self) -> None:
        """Logs the certificate as a ceremony's end does, and gives the envelope its key."""
        world = self.world
        with self.desk.unit_as(Role.CUSTODIAN, *self.seats[0]) as uow:
            log_certificate(uow, world)
        self.sql(
            "update notice.envelope set recipient = %s, certificate = %s",
            world.key.recipient,
            world.council.certificate,
        )
        self.sql("update notice.tender set published_at = kit.now()")
        self.tick()

    def bid(self) -> None:
        """One plain bid, one replaced, one withdrawn, one that a list bars, one mere joining."""
        for firm in self.firms:
            firm.joined()
        for number, firm in enumerate(self.firms[:4], 1):
            firm.submit(firm.seal(f"100{number}.00"))
        self.tick()
        replaced, withdrawn = self.firms[1:3]
        replaced.submit(replaced.seal("998.00"), "replace")
        withdrawn.withdraw()
        self.tick()

    def explain(self) -> None:
        """A firm asks something; and the tendering party publishes what nobody has asked."""
        world, person = self.world, self.staff["tendering_party"]
        world.party = self.authorities["tendering_party"]
        self.sql("update notice.tender set tendering_party_id = %s", world.party)
        with self.firms[0].unit() as uow:
            clarifications.ask(uow, world.tender, "管径以清单为准还是以图纸为准？")
        with self.desk.unit_as(Role.TENDERING_PARTY, person, world.party) as uow:
            words = ("", "清单第 12 项以图纸为准。", [])
            clarifications.publish(uow, world.settings.origin, world.tender, *words)
        self.tick()

    def rejoins(self, firm: Firm, key: SigningKey) -> None:
        """A joining of the same pseudonym, signed by another key, in the place of the firm's."""
        terms = self.world.key.terms
        said = Joining(
            origin=terms.origin,
            tender=terms.tender,
            envelope="1",
            pseudonym=firm.pseudonym.public,
        )
        signed = joining.sign(said, key)
        self.sql(
            """update sealed.joining set statement = %s, signature = %s, signing_key = %s
            where organization_id = %s""",
            signed.joining,
            signed.signature,
            key.public,
            firm.organization,
        )

    def _custodians(self) -> list[Guard]:
        return self.world.guards[: len(self.world.roster.custodians)]

    def _authority(self, name: str, kind: str) -> tuple[UUID, UUID]:
        person = NewPerson(name, f"{name}@example.cn", PASSWORD)
        with self.world.work.unit_as(Role.WORKER) as uow:
            authority, first = service.register_authority(uow, name, kind, person)
            return first.id, authority.id

    def _firm(self, number: int) -> Firm:
        world, key = self.world, SigningKey.generate()
        person = NewPerson("张三", f"firm{number}@example.cn", PASSWORD)
        name = f"第{number + 1}建筑有限公司"
        with world.box.unit_as(Role.DOOR) as uow:
            firm, first = service.register_firm(uow, name, USCC[number], None, person)
            made = Firm(world, name, firm.id, first.id, key)
        message = rules.enrolment_message(world.settings.origin, made.organization, key.public)
        proof = signing.sign_labelled(key, rules.ENROL_LABEL, message)
        with made.unit() as uow:
            uow = replace(uow, actor=replace(uow.actor, administrator=True))
            service.enrol_key(uow, world.settings.origin, key.public, proof)
        return made


def log_certificate(uow: UnitOfWork, world: World, certificate: bytes | None = None) -> None:
    """The entry that a finished ceremony makes."""
    data = certificate or world.council.certificate
    audit.record(
        uow,
        "ceremony.certificate",
        f"tender/{world.tender}/envelope/1",
        tender_id=world.tender,
        data={"certificate": base64_text(hashlib.sha256(data).digest())},
        public=True,
    )


def _place(row: tuple[int, int, bytes]) -> str:
    return place(row[0], row[1], bytes(row[2]))


def played(database: TestDatabase, folder: Path) -> Scene:
    """An installation whose tender takes bids, and has some."""
    world = make_world(database, folder)
    scene = Scene(world, Cosigners(world.guards))
    scene.settle_in()
    scene.publish()
    scene.explain()
    scene.bid()
    return scene


def left_alone(scene: Scene) -> None:
    """Ends every connection: a database that somebody uses cannot be copied."""
    for login in scene.world.database.opened:
        login.close()


def copied(scene: Scene, database: TestDatabase) -> Scene:
    """The same installation on a copy of its database; stored objects never change."""
    world = scene.world
    settings = replace(
        world.settings,
        desk_url=database.urls["desk"],
        box_url=database.urls["box"],
        work_url=database.urls["work"],
    )
    made = replace(
        world,
        database=database,
        settings=settings,
        council=replace(world.council, states=dict(world.council.states)),
        work=database.work,
        box=database.box,
    )
    cosigners = replace(scene.cosigners, seen=list(scene.cosigners.seen))
    firms = [replace(firm, world=made) for firm in scene.firms]
    return replace(scene, world=made, cosigners=cosigners, firms=firms, papers={})
