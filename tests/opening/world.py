"""A tender's whole life in one process: bidders, custodians, the worker, and a clock to move."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sunseal.audit import service as audit
from sunseal.bids import service as bids
from sunseal.custody.repository import CeremonyRepository
from sunseal.database import Database, Role
from sunseal.keys import Keys
from sunseal.opening import service as opening
from sunseal.opening.rules import Periods
from sunseal.opening.service import Tools
from sunseal.screening import service as screening
from sunseal.settings import Settings
from sunseal.storage import Storage
from sunseal_crypto import canonical, release, terms
from sunseal_crypto import record as records
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.notice import Notice, NoticeEnvelope
from sunseal_crypto.record import OpeningRecord
from sunseal_crypto.release import Refusal, Rule
from sunseal_crypto.roster import Roster, fingerprint, quorum
from sunseal_crypto.roster import parse as parse_roster
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.terms import SUITE, Terms
from tests.opening.firm import Firm
from tests.support.custodians import Council, Log, heads_of, hold
from tests.support.database import TestDatabase, settings_for
from tests.support.service import Guard, guards, roster_of

COLUMNS = "reference,subject,name,identifier,severity,reason,effective_from,effective_to"
NOBODY = "X-1,company,查无此人有限公司,,serious,test,2020-01-01,"


@dataclass
class World:
    """One published tender. Times are moved by `pass_deadline` and `pass_not_before`."""

    database: TestDatabase
    settings: Settings
    storage: Storage
    keys: Keys
    roster: Roster
    council: Council
    guards: list[Guard]
    tender: UUID
    party: UUID
    gate: UUID
    work: Database
    box: Database
    offset: timedelta = timedelta(0)
    firms: int = 0

    @property
    def key(self) -> EnvelopeKey:
        return self.council.key

    @property
    def tools(self) -> Tools:
        return Tools(self.work, self.storage, self.keys, Periods.of(self.settings))

    def rows(self, query: str, *values: Any) -> list[Any]:
        with self.database.admin() as connection:
            cursor = connection.execute(query, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def move(self, by: timedelta) -> None:
        """Moves the platform's clock on."""
        self.offset += by
        self.rows(
            f"""create or replace function kit.now() returns timestamptz language sql volatile
            as $$ select clock_timestamp() + interval '{self.offset.total_seconds()} seconds' $$"""
        )

    def move_to(self, moment: datetime) -> None:
        now = self.rows("select kit.now()")[0][0]
        self.move(max(moment - now, timedelta(0)) + timedelta(seconds=1))

    def tick(self) -> None:
        self.move(timedelta(seconds=self.settings.tick_seconds))
        with self.work.unit_as(Role.WORKER) as uow:
            ticking = (self.keys.log, self.settings.tick_seconds, 1, self.roster.cosigners())
            assert audit.tick(uow, *ticking) is not None

    def log(self) -> Log:
        rows = self.rows("select leaf from audit.tick order by index")
        return Log([bytes(row[0]) for row in rows])

    def firm(self, name: str = "", uscc: str | None = None) -> Firm:
        """A registered firm with an enrolled key."""
        self.firms += 1
        organization, person, key = uuid4(), uuid4(), SigningKey.generate()
        name = name or f"第{self.firms}建筑有限公司"
        self.rows(
            """insert into registry.organization (id, name, name_key, uscc, kind, registered_at)
            values (%s, %s, %s, %s, 'bidder', kit.now())""",
            organization,
            name,
            name,
            uscc,
        )
        self.rows(
            """insert into registry.person (id, organization_id, name, email, role, password_hash,
            created_at) values (%s, %s, 'p', %s, 'bidder', '-', kit.now())""",
            person,
            organization,
            f"{person}@example.cn",
        )
        self.rows(
            """insert into registry.signing_key (organization_id, public_key, enrolled_by,
            enrolled_at) values (%s, %s, %s, kit.now())""",
            organization,
            key.public,
            person,
        )
        return Firm(self, name, organization, person, key)

    def bidders(self, count: int) -> list[Firm]:
        """Firms that have each handed in a bid, at 1001.00, 1002.00, …"""
        made = [self.firm().joined() for _ in range(count)]
        for number, firm in enumerate(made, 1):
            firm.submit(firm.seal(f"{1000 + number}.00"))
        return made

    def check_digest(self, submission: UUID) -> None:
        bids.check_digest(self.work, self.settings, self.keys, self.storage, submission)

    def lists(self, *entries: str) -> None:
        """Both required lists, with these entries on the blacklist."""
        for source in ("bribery", "blacklist"):
            rows = [COLUMNS, NOBODY, *(entries if source == "blacklist" else ())]
            with self.work.unit_as(Role.WORKER) as uow:
                screening.import_list(uow, source, "\n".join(rows).encode())

    def advance(self) -> None:
        opening.advance(self.tools, self.gate)

    def state(self) -> str:
        return str(self.rows("select state from sealed.gate")[0][0])

    def status(self) -> str:
        return str(self.rows("select status from notice.tender")[0][0])

    def destroy_headers(self) -> None:
        """What the outbox asks for when a bid was replaced or withdrawn."""
        rows = self.rows(
            """select id from sealed.submission
            where state in ('replaced', 'withdrawn') and header_object is not null"""
        )
        for [submission] in rows:
            with self.work.unit_as(Role.WORKER) as uow:
                bids.destroy_header(uow, self.storage, submission)

    def close(self) -> None:
        """Past the deadline, until the box is closed and logged."""
        self.destroy_headers()
        self.tick()
        self.move_to(self.key.terms.deadline)
        self.advance()
        self.tick()

    def ask(self) -> None:
        """Past not-before, until the custodians are asked."""
        self.move_to(self.key.terms.not_before)
        self.advance()
        self.tick()

    def requests(self) -> list[tuple[UUID, bytes]]:
        rows = self.rows("select id, body from custody.release_request order by number")
        return [(row[0], bytes(row[1])) for row in rows]

    def answer(
        self,
        *custodians: int,
        request: int = -1,
        lie: bool = False,
        invalid: dict[int, Rule] | None = None,
        honest: bool = True,
    ) -> None:
        """These custodians answer a request, after checking the box as real ones do."""
        request_id, body = self.requests()[request]
        heads = self.council.decide(body, self.log()) if honest else heads_of(body)
        for index in custodians:
            signed = self.council.answer(index, body, heads, lie=lie, invalid=invalid)
            self.post(request_id, index, release.commitment(signed), self.council.seal(signed))

    def post(self, request_id: UUID, index: int, commitment: bytes, answer: bytes) -> None:
        self.rows(
            """insert into custody.release_answer (request_id, custodian, commitment, answer,
            updated_at) values (%s, %s, %s, %s, kit.now())
            on conflict (request_id, custodian) do update set commitment = excluded.commitment,
            answer = excluded.answer""",
            request_id,
            index,
            commitment,
            answer,
        )

    def refuse(self, index: int, rule: Rule) -> None:
        request_id, body = self.requests()[-1]
        refusal = Refusal(
            request=release.digest(body),
            custodian=index,
            rule=rule,
            sentence="no",
            at=datetime(2027, 1, 1, tzinfo=UTC),
        )
        self.rows(
            """insert into custody.release_answer (request_id, custodian, refusal, refused_rule,
            updated_at) values (%s, %s, %s, %s, kit.now())""",
            request_id,
            index,
            self.council.refuse(index, refusal),
            rule,
        )

    def open(self) -> None:
        """From the deadline to the record, with two of three custodians."""
        self.close()
        self.ask()
        self.answer(1, 2)
        self.advance()

    def bids(self) -> dict[str | None, tuple[str, str | None, str]]:
        """Outcome, price and reason by organization."""
        rows = self.rows(
            "select organization_name, outcome, price, reason from opened.bid order by position"
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def outcomes(self) -> list[str]:
        return sorted(row[0] for row in self.rows("select outcome from opened.bid"))

    def records(self) -> list[OpeningRecord]:
        rows = self.rows("select body from opened.record order by number")
        made = [records.parse(bytes(row[0])) for row in rows]
        for record in made:
            records.verify(record)
        return made

    def document(self, name: str) -> bytes:
        rows = self.rows("select objects from opened.document where name = %s", name)
        return b"".join(self.storage.get(object_id) for object_id in rows[0][0])


def make_world(
    database: TestDatabase,
    folder: Path,
    *,
    minimum: int = 1,
    box_size: int = 16,
    seats: int = 3,
    threshold: int = 2,
    amenders: Sequence[bytes] = (),
) -> World:
    settings = settings_for(database, folder)
    custodians, witnesses = guards(seats), guards(seats - threshold, first=seats + 1)
    roster_bytes = roster_of(settings.origin, settings.keys, custodians, witnesses)
    settings.roster.write_bytes(roster_bytes)
    named = parse_roster(roster_bytes)
    tender, party = uuid4(), uuid4()
    now = datetime.now(UTC)  # noqa: TID251 - the test stands outside the platform's clock
    deadline, not_before = now + timedelta(hours=1), now + timedelta(hours=2)
    said = _notice(settings, tender, deadline, not_before, minimum, threshold, box_size)
    notice = canonical.encode(said)
    agreed = Terms(
        version="sunseal/terms/v1",
        suite=SUITE,
        origin=settings.origin,
        tender=str(tender),
        envelope="1",
        attempt=1,
        replaces=[],
        notice=hashlib.sha256(notice).digest(),
        deadline=deadline,
        not_before=not_before,
        minimum_bids=minimum,
        box_size=box_size,
        n=seats,
        t=threshold,
        q=quorum(named, threshold),
        roster=fingerprint(roster_bytes),
        amenders=list(amenders),
    )
    council = hold(custodians, roster_bytes, agreed)
    world = World(
        database=database,
        settings=settings,
        storage=Storage(settings.storage_url),
        keys=Keys(settings.keys, settings.origin),
        roster=named,
        council=council,
        guards=[*custodians, *witnesses],
        tender=tender,
        party=party,
        gate=UUID(int=0),
        work=database.work,
        box=database.box,
    )
    _publish(world, agreed, notice, now)
    world.lists()
    return world


def _notice(
    settings: Settings,
    tender: UUID,
    deadline: datetime,
    not_before: datetime,
    minimum: int,
    threshold: int,
    box_size: int,
) -> Notice:
    return Notice(
        version="sunseal/notice/v1",
        origin=settings.origin,
        tender=str(tender),
        reference="T-1",
        title="a school",
        summary="",
        tendering_party="某中学",
        agent=None,
        statutory=False,
        deadline=deadline,
        not_before=not_before,
        minimum_bids=minimum,
        currency="CNY",
        ceiling_price=None,
        threshold=threshold,
        box_size=box_size,
        documents=[],
        envelopes=[NoticeEnvelope("1", "1", "all")],
        roster=fingerprint(settings.roster_bytes()),
    )


def _publish(world: World, agreed: Terms, notice: bytes, now: datetime) -> None:
    """The tender, its finished ceremony, and the open box, as the other rooms leave them."""
    world.rows(
        """insert into notice.tender (id, reference, title, summary, tendering_party_id,
        tendering_party_name, status, statutory, deadline, not_before, minimum_bids, threshold,
        box_size, currency, notice, created_by, created_at)
        values (%s, 'T-1', 'a school', '', %s, '某中学', 'draft', false, %s, %s, %s, 2, %s, 'CNY',
        %s, %s, kit.now())""",
        world.tender,
        world.party,
        agreed.deadline,
        agreed.not_before,
        agreed.minimum_bids,
        agreed.box_size,
        notice,
        world.party,
    )
    world.rows("insert into notice.envelope values (%s, '1', '1', 'all', null, null)", world.tender)
    world.rows("update notice.tender set status = 'ceremony'")
    world.rows("update notice.tender set status = 'published', published_at = kit.now()")
    world.rows(
        """insert into custody.ceremony (tender_id, envelope, attempt, state, terms, session,
        roster, notice, certificate, expires_at, created_at)
        values (%s, '1', 1, 'complete', %s, %s, %s, %s, %s, kit.now(), kit.now())""",
        world.tender,
        canonical.encode(agreed),
        world.council.session,
        world.council.roster_bytes,
        notice,
        world.council.certificate,
    )
    with world.work.unit_as(Role.WORKER) as uow:
        CeremonyRepository(uow.session).open_gate(
            {
                "tender_id": world.tender,
                "envelope": "1",
                "deadline": agreed.deadline,
                "not_before": agreed.not_before,
                "minimum_bids": agreed.minimum_bids,
                "box_size": agreed.box_size,
                "terms": canonical.encode(agreed),
                "recipient": world.key.recipient,
                "key_id": world.key.id,
            }
        )
    world.gate = world.rows("select id from sealed.gate")[0][0]
    assert now < agreed.deadline
    assert terms.fingerprint(canonical.encode(agreed)) == world.key.terms_hash
