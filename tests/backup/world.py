"""An installation on real servers, cosigners with real journals, and places on another machine."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from uuid import UUID, uuid4

from sunseal.audit import service as audit
from sunseal.backup import agreement
from sunseal.backup import create as creating
from sunseal.backup.create import Made
from sunseal.confirmations import service as confirmations
from sunseal.confirmations.rules import Matter
from sunseal.database import Database, Role, UnitOfWork
from sunseal.embedded import Embedded
from sunseal.keys import Keys
from sunseal.organizations import service as organizations
from sunseal.organizations.service import NewPerson
from sunseal.storage import Storage
from sunseal_crypto import checkpoint, notes, roster
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.roster import Roster
from sunseal_parties.custodian import keys as custodian_keys
from sunseal_parties.custodian.journal import Journal
from sunseal_parties.custodian.state import state
from sunseal_parties.custodian.witness import Witness
from tests.audit.world import World as LogWorld
from tests.support.database import TestDatabase, run
from tests.support.service import Guard, roster_of

ORIGIN = "test.sunseal.example/log"
TICK_SECONDS = 1.0
QUORUM = 3
PASSWORD = "correct horse battery"
REASON = "the monthly copy for the vault of the city"
PEOPLE = {"operator": Role.OPERATOR, "supervisor": Role.SUPERVISOR}


@dataclass
class Cosigner:
    """One guard on its own machine, with its own journal."""

    guard: Guard
    folder: Path
    witness: bool
    roster_bytes: bytes
    journal: Journal = field(init=False)
    follower: Witness = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.journal = Journal(self.folder / "journal.db")
        self.sit(self.roster_bytes)

    def sit(self, roster_bytes: bytes) -> None:
        self.roster_bytes = roster_bytes
        self.follower = Witness(self.journal, self.seat)

    def twin(self, folder: Path) -> "Cosigner":
        """The same one on a machine of its own, with all it remembers, to be lied to in a test."""
        folder.mkdir()
        shutil.copy(self.folder / "journal.db", folder)
        return Cosigner(self.guard, folder, self.witness, self.roster_bytes)

    @property
    def keys(self) -> custodian_keys.Keys:
        identity = None if self.witness else self.guard.identity
        return custodian_keys.Keys(identity, self.guard.cosigner.key)

    @property
    def seat(self) -> custodian_keys.Seat:
        return custodian_keys.take_seat(self.keys, self.roster_bytes)

    def state(self, ticks: int = 17_280) -> bytes:
        return state(self.journal, self.seat, ticks)

    def state_file(self, folder: Path, ticks: int) -> Path:
        path = folder / f"{self.guard.name}.state"
        path.write_bytes(self.state(ticks))
        return path


@dataclass
class Place:
    """A database with its log and its store, on one of the machines."""

    database: TestDatabase
    storage: Storage
    keys: Keys
    roster_bytes: bytes
    now: datetime

    @property
    def roster(self) -> Roster:
        return roster.parse(self.roster_bytes)

    @cached_property
    def work(self) -> Database:
        return self.database.login("work", 1)

    @cached_property
    def desk(self) -> Database:
        return self.database.login("desk", 1)

    @contextmanager
    def worker(self) -> Iterator[UnitOfWork]:
        with self.work.unit_as(Role.WORKER) as uow:
            yield replace(uow, now=self.now)

    def tick(self, count: int = 1) -> None:
        for _ in range(count):
            self.now += timedelta(seconds=TICK_SECONDS)
            with self.worker() as uow:
                assert self._tick(uow) is not None

    def _tick(self, uow: UnitOfWork) -> int | None:
        listed = self.roster.cosigners()
        return audit.tick(uow, self.keys.log, TICK_SECONDS, QUORUM, listed)

    def size(self) -> int:
        with self.database.admin() as admin:
            [(size,)] = admin.execute("select size from audit.head").fetchall()
        return int(size)

    def show(self, cosigner: Cosigner) -> None:
        """One poll of a cosigner: its news, and its line if it has one. Raises CryptoError."""
        have = cosigner.follower.have
        with self.worker() as uow:
            note, size = audit.latest_checkpoint(uow), self.size()
            leaves = audit.leaves(uow, have, size) if have < size else []
        message = cosigner.follower.follow(note.encode(), leaves, self.now)
        if message is not None:
            with self.desk.unit_as(Role.CUSTODIAN) as uow:
                audit.cosign(uow, self.roster, int(message.subject), message.body.decode())

    def bribe(self, guards: list[Guard]) -> None:
        """Cosigners put their names under the newest checkpoint without following it."""
        with self.worker() as uow:
            text = notes.parse(audit.latest_checkpoint(uow).encode()).text
        with self.desk.unit_as(Role.CUSTODIAN) as uow:
            for guard in guards:
                line = checkpoint.cosign(text, guard.cosigner, self.now).decode()
                audit.cosign(uow, self.roster, self.size(), line)

    def bundle(self, tender: UUID, path: Path) -> Path:
        with self.desk.unit_as(Role.SUPERVISOR, uuid4()) as uow, path.open("wb") as file:
            audit.bundle(replace(uow, now=self.now), file, tender, self.roster_bytes)
        return path


@dataclass
class Installation(Place):
    folder: Path = Path()
    cosigners: list[Cosigner] = field(default_factory=list)
    people: dict[str, tuple[UUID, UUID]] = field(default_factory=dict)
    vault: X25519Identity = field(default_factory=X25519Identity.generate)

    def live(self, ticks: int, *followers: int) -> None:
        """So many ticks, each cosigned by the followers (by everybody, if none is named)."""
        for _ in range(ticks):
            self.tick()
            for index in followers or range(len(self.cosigners)):
                self.show(self.cosigners[index])

    def agree(self, *readers: X25519Identity, confirmed: bool = True) -> UUID:
        """An operator and a supervisor agree to an export that `readers` can open."""
        recipients = [reader.recipient() for reader in readers or (self.vault,)]
        desk = self.desk
        with desk.unit_as(Role.OPERATOR, *self.people["operator"]) as uow:
            named = agreement.object_of(recipients)
            proposal = confirmations.propose(uow, Matter.EXPORT_SEALED, named, REASON)
        if confirmed:
            with desk.unit_as(Role.SUPERVISOR, *self.people["supervisor"]) as uow:
                confirmations.confirm(uow, proposal.id, REASON)
        return proposal.id

    def source(self) -> creating.Source:
        return creating.Source(self.database.admin_url, self.storage, ORIGIN, self.roster_bytes)

    def back_up(self, path: Path) -> Made:
        return creating.create(self.source(), path, [self.vault.recipient()], self.agree())

    def document(self, size: int = 3000) -> UUID:
        """A tender with one document whose bytes lie in the store; returns the object's id."""
        tender, name = LogWorld(self.database, self.now).tender("open"), uuid4()
        self.storage.put(name, secrets.token_bytes(size))
        with self.database.admin() as admin:
            admin.execute("set session_replication_role = replica")  # a begun tender takes none
            admin.execute(
                "insert into notice.document (tender_id, name, media_type, size, sha256, objects,"
                " added_at) values (%s, 'a', 'text/plain', %s, '', %s, now())",
                (tender, size, [name]),
            )
        return name


def installation(database: TestDatabase, folder: Path, now: datetime) -> Installation:
    world = LogWorld(database, now)
    roster_bytes = roster_of(ORIGIN, folder / "keys", world.guards[:3], world.guards[3:])
    made = Installation(
        database=database,
        storage=Storage(f"file://{folder}/objects"),
        keys=Keys(folder / "keys", ORIGIN),
        roster_bytes=roster_bytes,
        now=now,
        folder=folder,
    )
    for guard in world.guards:
        witness = guard is world.guards[-1]
        made.cosigners.append(Cosigner(guard, folder / guard.name, witness, roster_bytes))
    for name in PEOPLE:
        person = NewPerson(name, f"{name}@example.cn", PASSWORD)
        with made.work.unit_as(Role.WORKER) as uow:
            organization, one = organizations.register_authority(uow, name, name, person)
            made.people[name] = (one.id, organization.id)
    return made


def empty_database(server: Embedded, name: str, like: str | None = None) -> TestDatabase:
    """A database with nothing in it, not even the schema; or with all that another one has."""
    run(server, f"create database {name}" + (f" template {like}" if like else ""))
    urls = {side: server.url_for(f"sunseal_{side}", name) for side in ("desk", "box", "work")}
    return TestDatabase(name, server.url_for("postgres", name), urls)


def states(cosigners: list[Cosigner], folder: Path, ticks: int = 17_280) -> list[Path]:
    """What each of them writes when asked."""
    folder.mkdir(exist_ok=True)
    return [cosigner.state_file(folder, ticks) for cosigner in cosigners]


def cancelled(database: TestDatabase) -> UUID:
    """A tender that never had a notice, for a bundle that is about the log alone."""
    tender = uuid4()
    with database.admin() as admin:
        admin.execute(
            "insert into notice.tender (id, reference, title, summary, tendering_party_id,"
            " tendering_party_name, status, statutory, deadline, not_before, minimum_bids,"
            " threshold, box_size, currency, created_by, created_at, cancelled_at, cancel_reason)"
            " values (%s, %s, '', '',"
            " gen_random_uuid(), '', 'cancelled', false, now(), now(), 1, 2, 4, 'CNY',"
            " gen_random_uuid(), now(), now(), 'not needed')",
            (tender, str(tender)),
        )
    return tender


def store_in(folder: Path) -> Storage:
    shutil.rmtree(folder, ignore_errors=True)
    return Storage(f"file://{folder}")
