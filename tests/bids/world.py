"""Bidders, their sealed files and the box they are for, as the tests play them."""

import hashlib
import io
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from litestar.testing import TestClient

from sunseal.bids import service
from sunseal.database import Role
from sunseal.keys import Keys
from sunseal.settings import Settings
from sunseal.storage import Storage
from sunseal_crypto import event, joining, proofs, statement, terms
from sunseal_crypto.age import X25519Identity, header, stream, x25519
from sunseal_crypto.age.header import Stanza
from sunseal_crypto.joining import Joining
from sunseal_crypto.proofs import AuthorshipContext
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import BidStatement, SignedStatement
from tests.support.database import TestDatabase
from tests.support.service import bearer

API = "/api/v1"
TUS = {"Tus-Resumable": "1.0.0"}
OFFSET_STREAM = {**TUS, "Content-Type": "application/offset+octet-stream"}
TERMS = b"the canonical terms of the envelope's key"
FILE_KEY = bytes(range(16))


@dataclass(frozen=True)
class Envelope:
    tender: UUID
    recipient: x25519.X25519Recipient
    name: str = "1"

    @property
    def path(self) -> str:
        return f"{API}/tenders/{self.tender}/envelopes/{self.name}"


@dataclass(frozen=True)
class SealedFile:
    """The bytes, and what is signed about them."""

    data: bytes
    share: bytes
    body: bytes
    ephemeral: bytes


def seal(envelope: Envelope, size: int = 70_000, grease: int = 1) -> SealedFile:
    """A file as the bidder's client makes it, except that the content is no container."""
    ephemeral = secrets.token_bytes(32)
    first = x25519.wrap(FILE_KEY, envelope.recipient, ephemeral)
    recovery = x25519.wrap(FILE_KEY, X25519Identity.generate().recipient())
    noise = [Stanza((f"x{n}-grease", "arg"), b"noise") for n in range(grease)]
    return sealed_file([*noise, first, recovery], first, ephemeral, size)


def sealed_file(
    stanzas: list[Stanza], first: Stanza, ephemeral: bytes, size: int = 70_000
) -> SealedFile:
    sink = io.BytesIO()
    sink.write(header.serialize(stanzas, FILE_KEY))
    stream.encrypt(FILE_KEY, io.BytesIO(secrets.token_bytes(size)), sink)
    share = header.decode_base64(first.args[1].encode(), "share")
    return SealedFile(sink.getvalue(), share, first.body, ephemeral)


@dataclass
class Bidder:
    """A firm with its keys, its pseudonym in one envelope, and its token."""

    box: "Box"
    envelope: Envelope
    token: str
    organization: UUID
    person: UUID
    key: SigningKey
    pseudonym: SigningKey = field(default_factory=SigningKey.generate)

    @property
    def headers(self) -> dict[str, str]:
        return bearer(self.token)

    def joining(self, **changes: Any) -> dict[str, str]:
        said = Joining(
            origin=self.box.settings.origin,
            tender=str(self.envelope.tender),
            envelope=self.envelope.name,
            pseudonym=self.pseudonym.public,
        )
        signed = joining.sign(Joining(**(_fields(said) | changes)), self.key)
        return {"joining": b64(signed.joining), "signature": b64(signed.signature)}

    def join(self, body: dict[str, str] | None = None) -> Any:
        return self.post(f"{self.envelope.path}/joinings", body or self.joining())

    def joined(self) -> "Bidder":
        answer = self.join()
        assert answer.status_code == 201, answer.text
        return self

    def say(
        self,
        file: SealedFile | None,
        action: str = "submit",
        after: SignedStatement | None = None,
        **changes: Any,
    ) -> SignedStatement:
        """A signed statement: about `file`, following `after`."""
        before = statement.parse(after.statement) if after else None
        said = BidStatement(
            origin=self.box.settings.origin,
            tender=str(self.envelope.tender),
            envelope=self.envelope.name,
            recipient=str(self.envelope.recipient),
            terms=terms.fingerprint(TERMS),
            pseudonym=self.pseudonym.public,
            action=action,  # type: ignore[arg-type]
            previous=statement.digest(after.statement) if after else b"",
            sequence=before.sequence + 1 if before else 1,
            size=len(file.data) if file else 0,
            sha256=hashlib.sha256(file.data).digest() if file else b"",
            manifest=bytes(32) if file else b"",
            share=file.share if file else b"",
            body_hash=hashlib.sha256(file.body).digest() if file else b"",
            proof=self.prove(file) if file else b"",
        )
        return statement.sign(BidStatement(**(_fields(said) | changes)), self.pseudonym)

    def prove(self, file: SealedFile) -> bytes:
        context = AuthorshipContext(
            origin=self.box.settings.origin,
            tender=str(self.envelope.tender),
            envelope=self.envelope.name,
            terms=terms.fingerprint(TERMS),
            pseudonym=self.pseudonym.public,
            body_hash=hashlib.sha256(file.body).digest(),
        )
        return proofs.prove_authorship(file.ephemeral, context)

    def commit(self, signed: SignedStatement) -> Any:
        body = {"statement": b64(signed.statement), "signature": b64(signed.signature)}
        return self.post(f"{self.envelope.path}/submissions", body)

    def committed(self, signed: SignedStatement) -> Any:
        answer = self.commit(signed)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def patch(self, upload: str, offset: int, data: bytes, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {**self.headers, **OFFSET_STREAM, "Upload-Offset": str(offset), **named}
        return self.box.client.patch(upload, content=data, headers=sent)

    def head(self, upload: str) -> Any:
        return self.box.client.head(upload, headers={**self.headers, **TUS})

    def finalise(self, submission: str) -> Any:
        return self.post(f"{API}/submissions/{submission}/finalise", None)

    def look(self, submission: str) -> Any:
        answer = self.get(f"{API}/submissions/{submission}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def uploaded(self, signed: SignedStatement, data: bytes) -> str:
        """Commits and uploads; the submission's id, ready to be finalised."""
        committed = self.committed(signed)
        answer = self.patch(committed["upload"], 0, data)
        assert answer.status_code == 204, answer.text
        return str(committed["id"])

    def handed_in(self, signed: SignedStatement, data: bytes, checked: bool = True) -> str:
        """All the way to the promise and, if `checked`, through the digest check."""
        submission = self.uploaded(signed, data)
        answer = self.finalise(submission)
        assert answer.status_code == 200, answer.text
        if checked:
            self.box.check_digest(submission)
        return submission

    def get(self, path: str, **parameters: str) -> Any:
        return self.box.client.get(path, headers=self.headers, params=parameters)

    def post(self, path: str, body: Any) -> Any:
        return self.box.client.post(path, json=body, headers=self.headers)


@dataclass
class Box:
    """The bidder's side of an installation, with what the worker does to it."""

    client: TestClient[Any]
    database: TestDatabase
    settings: Settings
    storage: Storage
    keys: Keys

    def envelope(self, closes_in: float = 3600, box_size: int = 16) -> Envelope:
        """An open gate, as the room of custody makes it."""
        made = Envelope(uuid4(), X25519Identity.generate().recipient())
        with self.database.admin() as connection:
            connection.execute(
                """insert into sealed.gate (tender_id, envelope, deadline, not_before, minimum_bids,
                    box_size, terms, recipient, key_id, state, next_check_at)
                values (%s, '1', kit.now() + %s, kit.now() + %s, 1, %s, %s, %s, %s, 'open',
                    kit.now())""",
                (
                    made.tender,
                    timedelta(seconds=closes_in),
                    timedelta(seconds=closes_in + 60),
                    box_size,
                    TERMS,
                    str(made.recipient),
                    bytes(32),
                ),
            )
        return made

    def close(self, envelope: Envelope, state: str = "closing") -> None:
        """The deadline comes now."""
        with self.database.admin() as connection:
            connection.execute(
                "update sealed.gate set deadline = kit.now(), state = %s where tender_id = %s",
                (state, envelope.tender),
            )

    def firm(self, envelope: Envelope, enrolled: bool = True, role: str = "bidder") -> Bidder:
        """A signed-in firm that could join `envelope`."""
        token, key = secrets.token_hex(16), SigningKey.generate()
        organization, person = uuid4(), uuid4()
        with self.database.admin() as connection:
            connection.execute(
                """insert into registry.organization (id, name, name_key, kind, registered_at)
                values (%s, 'firm', 'firm', %s, kit.now())""",
                (organization, role),
            )
            connection.execute(
                """insert into registry.person (id, organization_id, name, email, role,
                    password_hash, created_at) values (%s, %s, 'p', %s, %s, '-', kit.now())""",
                (person, organization, f"{person}@example.cn", role),
            )
            connection.execute(
                """insert into registry.session (token_digest, person_id, kind, created_at,
                    expires_at)
                    values (%s, %s, 'session', kit.now(), kit.now() + interval '1 d')""",
                (hashlib.sha256(token.encode()).digest(), person),
            )
            if enrolled:
                connection.execute(
                    """insert into registry.signing_key (organization_id, public_key, enrolled_by,
                        enrolled_at) values (%s, %s, %s, kit.now())""",
                    (organization, key.public, person),
                )
        return Bidder(self, envelope, token, organization, person, key)

    def joined(self, envelope: Envelope | None = None) -> Bidder:
        return self.firm(envelope or self.envelope()).joined()

    def check_digest(self, submission: str) -> None:
        work = self.database.work
        service.check_digest(work, self.settings, self.keys, self.storage, UUID(submission))

    def run_due(self) -> list[str]:
        """Does all that the outbox asks of this room, as the worker would; names of the tasks."""
        done = []
        for task, argument in self.due():
            done.append(task)
            if task == "bids.check_digest":
                self.check_digest(str(argument))
            elif task in ("bids.destroy_header", "bids.discard_object"):
                act = getattr(service, task.removeprefix("bids."))
                with self.database.work.unit_as(Role.WORKER) as uow:
                    act(uow, self.storage, argument)
        return done

    def due(self) -> list[tuple[str, UUID]]:
        """What the outbox asks for by now, taken from it."""
        with self.database.admin() as connection:
            rows = connection.execute(
                """delete from kit.outbox where due_at <= kit.now() returning task, argument"""
            )
            return list(rows.fetchall())

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What an insider with a superuser's rights sees."""
        with self.database.admin() as connection:
            return connection.execute(query, values).fetchall()

    def events(self, organization: UUID | None = None) -> list[tuple[str, str, str]]:
        """Action, outcome and reason of the sealed events, of one firm or all, in order."""
        query = (
            "select detail from sealed.event where organization_id = coalesce(%s, organization_id)"
        )
        rows = self.rows(f"{query} order by at, id", organization)
        read = [event.decode(bytes(row[0])) for row in rows]
        return [(one.action, one.outcome, one.reason) for one in read]

    def objects(self) -> set[str]:
        """The names of all stored objects."""
        folder = self.settings.storage_url.removeprefix("file://")
        return {path.name for path in Path(folder).glob("*/*") if path.is_file()}


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def problem(answer: Any) -> str:
    """The slug of a refusal, which is never a fault of ours."""
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    assert answer.status_code < 500, answer.text
    body = answer.json()
    assert body["detail"]
    assert body["status"] == answer.status_code
    return str(body["type"]).removeprefix("urn:sunseal:problem:")


def _fields(struct: Any) -> dict[str, Any]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}
