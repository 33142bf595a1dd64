"""Custodians as the tests play them: each step computed from what the platform shows, over HTTP."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from litestar.testing import TestClient

from sunseal.app import create_app
from sunseal.audit import service as audit
from sunseal.custody import service as custody
from sunseal.custody.models import ReleaseRequest
from sunseal.database import Database, Role
from sunseal.keys import Keys
from sunseal.settings import Settings
from sunseal_crypto import canonical, ceremony, certificate, checkpoint, dkg, notes, signing, terms
from sunseal_crypto import roster as rosters
from sunseal_crypto.certificate import StaticKey
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.dkg import Message1
from tests.support.database import TestDatabase
from tests.support.service import Guard, Service, guards, roster_of
from tests.tenders.forms import add_document, draft, get, post
from tests.tenders.people import enrol

STEPS = ("certify", "round1", "round2", "confirm")


def cosigners_of(settings: Settings) -> list[str]:
    return rosters.parse(settings.roster_bytes()).cosigners()


@contextmanager
def custody_service(
    database: TestDatabase, settings: Settings, n: int, witnesses: int
) -> Iterator[Service]:
    """An installation with `n` custodians, whose log has ticked once."""
    custodians, watching = guards(n), guards(witnesses, first=n + 1)
    Path(settings.roster).write_bytes(
        roster_of(settings.origin, settings.keys, custodians, watching)
    )
    work = database.work
    with work.unit_as(Role.WORKER) as uow:
        log = Keys(settings.keys, settings.origin).log
        audit.tick(uow, log, settings.tick_seconds, 1, cosigners_of(settings))
    with TestClient(create_app(settings)) as client:
        yield Service(client, database, settings, custodians, watching)


@dataclass
class Seat:
    """One custodian: its place, its token, and what a real one keeps in its journal."""

    service: Service
    guard: Guard
    index: int
    token: str
    static: dkg.StaticKey = field(default_factory=dkg.StaticKey.generate)

    def poll(self) -> Any:
        answer = get(self.service, "/custody/work", self.token)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ceremony(self) -> Any:
        """The newest one that is shown."""
        return self.poll()["ceremonies"][-1]

    def post(
        self, step: str, body: bytes, *, index: int | None = None, id_: str | None = None
    ) -> Any:
        form = {"custodian": index or self.index, "body": base64.b64encode(body).decode()}
        path = f"/custody/ceremonies/{id_ or self.ceremony()['id']}/{step}"
        return post(self.service, path, self.token, form)

    def say(self, request: UUID, step: str, body: bytes, *, index: int | None = None) -> Any:
        form = {"custodian": index or self.index, "body": base64.b64encode(body).decode()}
        return post(self.service, f"/custody/requests/{request}/{step}", self.token, form)

    def body(self, step: str) -> bytes:
        """What an honest custodian says at `step`."""
        made: bytes = getattr(self, step)(self.ceremony())
        return made

    def certify(self, shown: Any) -> bytes:
        session, agreed = decoded(shown["session"]), terms.parse(decoded(shown["terms"]))
        message = certificate.static_message(agreed.roster, session, self.index, self.static.public)
        signature = signing.sign_labelled(self.guard.identity, certificate.STATIC_LABEL, message)
        return canonical.encode(StaticKey(self.static.public, signature))

    def round1(self, shown: Any) -> bytes:
        t = terms.parse(decoded(shown["terms"])).t
        publics = [decoded(static["public"]) for static in shown["statics"]]
        context = dkg.context(decoded(shown["session"]), publics)
        message, _ = dkg.round1(self.index, t, self.static.secret, publics, context)
        return message.encode()

    def round2(self, shown: Any) -> bytes:
        return dkg.sign_transcript(self.static.secret, self.transcript(shown))

    def transcript(self, shown: Any) -> bytes:
        agreed = terms.parse(decoded(shown["terms"]))
        publics = [decoded(static["public"]) for static in shown["statics"]]
        context = dkg.context(decoded(shown["session"]), publics)
        messages = [
            Message1.decode(decoded(body), agreed.t, agreed.n) for body in shown["messages"]
        ]
        dkg.round2(self.index, agreed.t, self.static.secret, publics, context, messages)
        extension = certificate.extension(decoded(shown["terms"]), messages)
        return dkg.transcript(agreed.t, publics, context, messages, extension)

    def confirm(self, shown: Any) -> bytes:
        data = decoded(shown["certificate"])
        certificate.verify(data, decoded(shown["roster"]))
        transcript = canonical.decode(certificate.Certificate, data).transcript
        return ceremony.sign_confirmation(
            self.guard.identity,
            decoded(shown["session"]),
            self.index,
            hashlib.sha256(transcript).digest(),
        )

    def complaint(self, reason: str, culprit: int | None) -> bytes:
        session = decoded(self.ceremony()["session"])
        return ceremony.sign_complaint(self.guard.identity, session, self.index, reason, culprit)


@dataclass
class World:
    """A tender whose ceremony has started, and everybody who takes part in it."""

    service: Service
    party: str
    tender: str
    seats: list[Seat]

    @property
    def work(self) -> Database:
        return self.service.database.work

    def attempts(self) -> Any:
        return get(self.service, f"/tenders/{self.tender}/ceremonies", self.party).json()

    def restart(self) -> Any:
        """Another attempt, for which everybody makes a fresh key."""
        for seat in self.seats:
            seat.static = dkg.StaticKey.generate()
        return post(self.service, f"/tenders/{self.tender}/ceremony", self.party)

    def finish(self, *steps: str) -> None:
        """Everybody says the honest thing at each of `steps`."""
        for step in steps:
            for seat in self.seats:
                answer = seat.post(step, seat.body(step))
                assert answer.status_code == 200, answer.text

    def publish(self) -> Any:
        return post(self.service, f"/tenders/{self.tender}/publish", self.party)

    def run(self, task: Callable[..., None], id_: str) -> None:
        """A worker's task on its own unit."""
        with self.work.unit_as(Role.WORKER) as uow:
            task(uow, UUID(id_))

    def open_gate(self) -> None:
        self.run(custody.open_gate, self.tender)

    def sql(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        with self.service.database.admin() as admin:
            cursor = admin.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def tick(self, seconds: int) -> None:
        """The log's next tick, `seconds` from the start, which everybody cosigns."""
        self.let_pass(f"{seconds} seconds")
        settings = self.service.settings
        guards = [*self.service.custodians, *self.service.witnesses]
        with self.work.unit_as(Role.WORKER) as uow:
            log = Keys(settings.keys, settings.origin).log
            cosigners = cosigners_of(settings)
            audit.tick(uow, log, settings.tick_seconds, len(guards), cosigners)
            note = notes.parse(audit.latest_checkpoint(uow).encode())
            now = uow.now
        size = Checkpoint.parse(note.text).size
        for guard in guards:
            line = checkpoint.cosign(note.text, guard.cosigner, now).decode()
            form = {"size": size, "line": line}
            answer = post(self.service, "/log/cosignatures", self.seats[0].token, form)
            assert answer.status_code == 204, answer.text

    def request(self, body: bytes, number: int = 1) -> UUID:
        """What the opening does at not-before: box and request are logged, and asked about."""
        tender = UUID(self.tender)
        with self.work.unit_as(Role.WORKER) as uow:
            entries = [
                audit.record(
                    uow, action, f"tender/{tender}/envelope/1", tender_id=tender, public=True
                ).id
                for action in ("box.closed", "release.request")
            ]
            request = ReleaseRequest(
                id=uuid4(),
                tender_id=tender,
                envelope="1",
                number=number,
                body=body,
                digest=hashlib.sha256(body).digest(),
                box_entry=entries[0],
                request_entry=entries[1],
                created_at=uow.now,
            )
            uow.session.add(request)
        return request.id

    def let_pass(self, interval: str) -> None:
        """Moves the platform's clock on."""
        self.sql(f"""create or replace function kit.now() returns timestamptz language sql volatile
            as $$ select clock_timestamp() + interval '{interval}' $$""")


def world_of(service: Service, **changes: Any) -> World:
    """A tender of somebody's with one document, its ceremony just started."""
    party = enrol(service, "tendering_party", "某中学")
    seats = [
        Seat(service, guard, index, enrol(service, "custodian", guard.name))
        for index, guard in enumerate(service.custodians, 1)
    ]
    tender = draft(service, party, **changes)["id"]
    assert add_document(service, tender, party, "a.txt", b"text").status_code == 201
    started = post(service, f"/tenders/{tender}/ceremony", party)
    assert started.status_code == 201, started.text
    return World(service, party, tender, seats)


def decoded(text: str) -> bytes:
    return base64.b64decode(text)
