"""A log on a real database, with real cosigners, ticking at times that the test gives."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from sunseal.audit import service
from sunseal.audit.service import Entry
from sunseal.database import Database, Role, UnitOfWork
from sunseal_crypto import checkpoint, notes, receipt
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.receipt import VerifiedReceipt
from sunseal_crypto.roster import Custodian, Roster, Witness
from sunseal_crypto.signing import SigningKey
from tests.support.database import TestDatabase
from tests.support.service import guards

ORIGIN = "test.sunseal.example/log"
TICK_SECONDS = 1.0
QUORUM = 3
NOON = datetime(2027, 3, 20, 12, tzinfo=UTC)


@dataclass
class World:
    database: TestDatabase
    now: datetime = NOON
    log: NoteSigner = field(default_factory=lambda: NoteSigner(ORIGIN, SigningKey.generate()))

    def __post_init__(self) -> None:
        self.desk = self.database.desk
        self.box = self.database.box
        self.work = self.database.work
        self.guards = guards(4)

    @property
    def roster(self) -> Roster:
        custodians = [
            Custodian(g.name, g.authority, g.identity.public, str(g.cosigner.verifier))
            for g in self.guards[:3]
        ]
        last = self.guards[3]
        witness = Witness(last.name, last.authority, str(last.cosigner.verifier))
        key = str(self.log.verifier)
        return Roster(
            "sunseal/roster/v1", ORIGIN, "operator", custodians, [witness], key, key, "age1"
        )

    def login_of(self, role: Role) -> Database:
        return {Role.WORKER: self.work, Role.BIDDER: self.box}.get(role, self.desk)

    @contextmanager
    def unit(
        self, role: Role, person: UUID | None = None, organization: UUID | None = None
    ) -> Iterator[UnitOfWork]:
        """A unit whose time is the test's."""
        with self.login_of(role).unit_as(role, person, organization) as uow:
            yield replace(uow, now=self.now)

    def record(
        self, action: str = "tender.create", role: Role = Role.CENTRE, **more: object
    ) -> Entry:
        """An entry of staff; public ones and those that go first are the worker's to make."""
        role = Role.WORKER if more.get("public") or more.get("first") else role
        with self.unit(role, uuid4()) as uow:
            return service.record(uow, action, f"tender/{uuid4()}", **more)  # type: ignore[arg-type]

    def record_sealed(
        self, tender: UUID, organization: UUID, action: str = "bid.commit", **more: object
    ) -> Entry:
        with self.unit(Role.BIDDER, uuid4(), organization) as uow:
            return service.record_sealed(
                uow,
                action,
                f"tender/{tender}/envelope/1",
                tender_id=tender,
                envelope="1",
                organization_id=organization,
                actor="pseudonym",
                **more,  # type: ignore[arg-type]
            )

    def tick(self, seconds: float = TICK_SECONDS) -> int | None:
        """Lets `seconds` pass, then ticks."""
        self.now += timedelta(seconds=seconds)
        with self.unit(Role.WORKER) as uow:
            return service.tick(uow, self.log, TICK_SECONDS, QUORUM, self.roster.cosigners())

    def cosign(self, count: int = QUORUM) -> None:
        """So many cosigners vouch for the newest checkpoint."""
        with self.unit(Role.CUSTODIAN) as uow:
            parsed = notes.parse(service.latest_checkpoint(uow).encode())
            size = checkpoint.Checkpoint.parse(parsed.text).size
            for guard in self.guards[:count]:
                line = checkpoint.cosign(parsed.text, guard.cosigner, self.now)
                service.cosign(uow, self.roster, size, line.decode())

    def verify(self, text_: str) -> VerifiedReceipt:
        cosigners = [guard.cosigner.verifier for guard in self.guards]
        return receipt.verify(text_.encode(), ORIGIN, self.log.verifier, cosigners, QUORUM)

    def rows(self, query: str, **named: object) -> list[tuple[Any, ...]]:
        """What the insider sees."""
        with self.work.engine.connect() as connection:
            connection.execute(text("select set_config('role', 'as_worker', true)"))
            return [tuple(row) for row in connection.execute(text(query), named)]

    def tender(self, state: str, published_at: datetime | None = None) -> UUID:
        """A published tender, and the gate of its envelope."""
        tender = uuid4()
        with self.database.admin() as admin:
            admin.execute(
                """insert into notice.tender (id, reference, title, summary, tendering_party_id,
                    tendering_party_name, status, statutory, deadline, not_before, minimum_bids,
                    threshold, box_size, currency, notice, created_by, created_at, published_at)
                values (%(id)s, %(id)s::text, '', '', gen_random_uuid(), '', 'published', false,
                    %(now)s, %(now)s, 1, 2, 4, 'CNY', 'notice', gen_random_uuid(), %(now)s,
                    %(published)s)""",
                {"id": tender, "now": self.now, "published": published_at or self.now},
            )
            admin.execute(
                """insert into sealed.gate (tender_id, envelope, deadline, not_before, minimum_bids,
                    box_size, terms, recipient, key_id, state, next_check_at)
                values (%(id)s, '1', %(now)s, %(now)s, 1, 4, '', '', '', %(state)s, %(now)s)""",
                {"id": tender, "now": self.now, "state": state},
            )
        return tender

    def move_gate(self, tender: UUID, state: str, to: UUID | None = None) -> None:
        with self.database.admin() as admin:
            admin.execute(
                "update sealed.gate set state = %s, tender_id = %s where tender_id = %s",
                (state, to or tender, tender),
            )

    def reveal(self, tender: UUID) -> None:
        """Shows the supervisors a tender's sealed events, as the opening does."""
        with self.database.admin() as admin:
            admin.execute(
                """insert into audit.entry (id, tender_id, nonce, detail, commitment, first, actor,
                    role, action, object, outcome, reason, at, tick, slot, path)
                select id, tender_id, nonce, detail, commitment, first, 'pseudonym', 'as_bidder',
                    'sealed', '', 'done', '', at, tick, slot, path
                from sealed.event where tender_id = %s and tick is not null""",
                (tender,),
            )
