"""A platform that only carries and logs, honest by default; tests make it lie.

It is an object with the methods of the HTTP seam, so that three real custodians can share it.
"""

import base64
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from sunseal_crypto import amendment, canonical, certificate, dkg, event, merkle, notes, receipt
from sunseal_crypto.amendment import ShownAmendment, SignedAmendment
from sunseal_crypto.certificate import Certificate, StaticKey
from sunseal_crypto.checkpoint import Checkpoint, sign_checkpoint
from sunseal_crypto.entry import LoggedEntry, TickEntry
from sunseal_crypto.event import LogEvent
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.terms import Terms
from sunseal_crypto.tick import TickLeaf, TickTree, commitment
from sunseal_parties.custodian.http import (
    AmendmentWork,
    CeremonyWork,
    PlatformError,
    RequestWork,
    Work,
)

STEPS = ["certify", "round1", "round2", "confirm", "complete"]
Lie = Callable[[Work], Work]


def honest(work: Work) -> Work:
    return work


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass
class Log:
    """The access log: what was recorded since the last tick becomes its next leaf."""

    signer: NoteSigner
    leaves: list[bytes] = field(default_factory=list)
    number: int = 0
    waiting: list[tuple[bytes, bytes]] = field(default_factory=list)
    entries: dict[bytes, LoggedEntry] = field(default_factory=dict)
    notes: dict[int, bytes] = field(default_factory=dict)
    lines: dict[int, dict[str, str]] = field(default_factory=dict)

    def record(self, action: str, now: datetime, **data: str) -> bytes:
        """The nonce, by which the entry is found once it is in a tick."""
        detail = event.encode(
            LogEvent(
                version="sunseal/event/v1",
                id=str(uuid4()),
                at=now,
                actor="worker",
                role="as_worker",
                action=action,
                object="tender",
                outcome="done",
                reason="",
                data=data,
            )
        )
        nonce = os.urandom(32)
        self.waiting.append((nonce, detail))
        return nonce

    def tick(self, now: datetime) -> None:
        self.number += 1
        tree = TickTree(
            os.urandom(32),
            {slot: commitment(*each) for slot, each in enumerate(self.waiting)},
        )
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        leaf = TickLeaf(self.number, now, tree.root).encode()
        for slot, (nonce, detail) in enumerate(self.waiting):
            self.entries[nonce] = LoggedEntry(
                nonce=nonce,
                detail=detail,
                slot=slot,
                path=tree.path(slot),
                leaf=leaf,
                index=len(self.leaves),
            )
        self.waiting = []
        self.leaves.append(leaf)
        self.sign()

    def sign(self) -> None:
        size = len(self.leaves)
        self.notes[size] = sign_checkpoint(
            Checkpoint(self.signer.name, size, merkle.root(self._hashes(size))), self.signer
        )

    def note(self, size: int | None = None) -> bytes:
        """The checkpoint with the cosignatures it has."""
        size = len(self.leaves) if size is None else size
        lines = self.lines.get(size, {}).values()
        return self.notes[size] + "".join(lines).encode()

    def cosign(self, size: int, line: str) -> None:
        self.lines.setdefault(size, {}).setdefault(notes.parse_line(line.encode()).name, line)

    def receipt(self, nonce: bytes, quorum: int) -> str | None:
        """Under the newest checkpoint with enough cosignatures."""
        entry = self.entries.get(nonce)
        sizes = [size for size, lines in self.lines.items() if len(lines) >= quorum]
        if entry is None or not sizes or max(sizes) <= entry.index:
            return None
        size = max(sizes)
        proof = merkle.inclusion_proof(self._hashes(size), entry.index)
        placed = TickEntry(
            nonce=entry.nonce,
            detail=entry.detail,
            slot=entry.slot,
            path=entry.path,
            leaf=entry.leaf,
        )
        return receipt.make(placed, entry.index, proof, self.note(size)).decode()

    def _hashes(self, size: int) -> list[bytes]:
        return [merkle.leaf_hash(leaf) for leaf in self.leaves[:size]]


@dataclass
class CeremonyDesk:
    """One attempt, carried from step to step."""

    terms_bytes: bytes
    session: bytes
    notice: bytes
    id: UUID = field(default_factory=uuid4)
    state: str = "certify"
    posted: dict[str, dict[int, bytes]] = field(default_factory=dict)
    complaints: dict[int, bytes] = field(default_factory=dict)
    made: bytes | None = None

    @property
    def terms(self) -> Terms:
        return canonical.decode(Terms, self.terms_bytes)

    def post(self, step: str, custodian: int, body: bytes) -> None:
        if step == "complaint":
            self.complaints[custodian] = body
            self.state = "failed"
            return
        said = self.posted.setdefault(step, {})
        if said.setdefault(custodian, body) != body:
            raise PlatformError(f"custodian {custodian} said something else in {step}")
        if self.state == step and len(said) == self.terms.n:
            self.state = STEPS[STEPS.index(step) + 1]

    def bodies(self, step: str) -> list[bytes] | None:
        said = self.posted.get(step, {})
        full = len(said) == self.terms.n
        return [said[index] for index in sorted(said)] if full else None

    def statics(self) -> list[StaticKey] | None:
        bodies = self.bodies("certify")
        return bodies and [canonical.decode(StaticKey, body) for body in bodies]

    def certificate(self) -> bytes | None:
        """Made once all have signed."""
        if self.made is None:
            self.made = self._assemble()
        return self.made

    def _assemble(self) -> bytes | None:
        signatures, bodies, statics = self.bodies("round2"), self.bodies("round1"), self.statics()
        if not (signatures and bodies and statics):
            return None
        publics = [static.public for static in statics]
        messages = [dkg.Message1.decode(body, self.terms.t, self.terms.n) for body in bodies]
        transcript = dkg.transcript(
            self.terms.t,
            publics,
            dkg.context(self.session, publics),
            messages,
            certificate.extension(self.terms_bytes, messages),
        )
        return canonical.encode(
            Certificate(
                "sunseal/certificate/v1",
                self.session,
                self.terms_bytes,
                statics,
                transcript,
                signatures,
            )
        )

    def work(self) -> CeremonyWork:
        return CeremonyWork(
            id=self.id,
            state=self.state,
            attempt=self.terms.attempt,
            terms=self.terms_bytes,
            session=self.session,
            notice=self.notice,
            statics=self.statics(),
            messages=self.bodies("round1"),
            signatures=self.bodies("round2"),
            certificate=self.certificate(),
        )


@dataclass
class RequestDesk:
    """A release request, and what custodians said to it."""

    body: bytes
    box_entry: bytes
    request_entry: bytes
    quorum: int
    id: UUID = field(default_factory=uuid4)
    commitments: dict[int, bytes] = field(default_factory=dict)
    commitment_entries: dict[int, bytes] = field(default_factory=dict)
    answers: dict[int, bytes] = field(default_factory=dict)
    refusals: dict[int, list[bytes]] = field(default_factory=dict)

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.body).digest()


@dataclass
class AmendmentDesk:
    """An amendment, and who acknowledged it; some custodians may be `kept_from` it, and the words
    of some kept from the log."""

    signed: SignedAmendment
    earlier: list["AmendmentDesk"] = field(default_factory=list)
    id: UUID = field(default_factory=uuid4)
    kept_from: set[int] = field(default_factory=set)
    unlogged: set[int] = field(default_factory=set)
    entries: dict[int, bytes] = field(default_factory=dict)

    def take(self, log: Log, now: datetime, custodian: int, body: bytes) -> None:
        digest = amendment.digest(self.signed.amendment)
        data = amendment.entry_data(digest, custodian, body)
        self.entries[custodian] = b""
        if custodian not in self.unlogged:
            self.entries[custodian] = log.record(amendment.ACKNOWLEDGE, now, **data)

    def shown(self, log: Log) -> ShownAmendment:
        """With every acknowledgement that the log holds."""
        logged = [log.entries[entry] for entry in self.entries.values() if entry in log.entries]
        return ShownAmendment(self.signed, logged)


@dataclass
class StandIn:
    """The platform; `view` is what one custodian talks to."""

    log: Log
    clock: Callable[[], datetime]
    ceremonies: list[CeremonyDesk] = field(default_factory=list)
    amendments: list[AmendmentDesk] = field(default_factory=list)
    requests: list[RequestDesk] = field(default_factory=list)

    def view(self, custodian: int) -> "View":
        return View(self, custodian)


@dataclass
class View:
    """The seam for one custodian, with its own lies and outages; `posts` counts what it took."""

    platform: StandIn
    custodian: int
    lie: Lie = field(default=honest)
    down: bool = False
    polls: list[int] = field(default_factory=list)
    posts: list[tuple[str, bytes]] = field(default_factory=list)

    def work(self, have: int) -> Work:
        self._reach()
        self.polls.append(have)
        log = self.platform.log
        shown = Work(
            checkpoint=log.note().decode(),
            entries=log.leaves[have : have + 4096],
            ceremonies=[desk.work() for desk in self.platform.ceremonies],
            amendments=[
                work for desk in self.platform.amendments if (work := self._amendment(desk))
            ],
            requests=[work for desk in self.platform.requests if (work := self._request(desk))],
        )
        # Through bytes and back, as over HTTP.
        return msgspec.json.decode(msgspec.json.encode(self.lie(shown)), type=Work)

    def post_ceremony(self, id_: UUID, step: str, custodian: int, body: bytes) -> None:
        self._take(step, body)
        (desk,) = [desk for desk in self.platform.ceremonies if desk.id == id_]
        desk.post(step, custodian, body)

    def post_amendment(self, id_: UUID, step: str, custodian: int, body: bytes) -> None:
        self._take(step, body)
        (desk,) = [desk for desk in self.platform.amendments if desk.id == id_]
        if step == "acknowledgement":
            desk.take(self.platform.log, self.platform.clock(), custodian, body)

    def post_request(self, id_: UUID, step: str, custodian: int, body: bytes) -> None:
        self._take(step, body)
        (desk,) = [desk for desk in self.platform.requests if desk.id == id_]
        if step == "refusal":
            desk.refusals.setdefault(custodian, []).append(body)
            return
        store = desk.commitments if step == "commitment" else desk.answers
        if store.setdefault(custodian, body) != body:
            raise PlatformError(f"custodian {custodian} said something else")
        if step == "commitment" and custodian not in desk.commitment_entries:
            desk.commitment_entries[custodian] = self.platform.log.record(
                "release.answer",
                self.platform.clock(),
                request=b64(desk.digest),
                custodian=str(custodian),
                commitment=b64(body),
            )

    def post_cosignature(self, size: int, line: str) -> None:
        self._take("cosignature", line.encode())
        self.platform.log.cosign(size, line)

    def said(self, kind: str) -> list[bytes]:
        return [body for step, body in self.posts if step == kind]

    def _amendment(self, desk: AmendmentDesk) -> AmendmentWork | None:
        if self.custodian in desk.kept_from or self.custodian in desk.entries:
            return None
        before = [each.shown(self.platform.log) for each in desk.earlier]
        return AmendmentWork(id=desk.id, body=canonical.encode(desk.signed), earlier=before)

    def _request(self, desk: RequestDesk) -> RequestWork | None:
        log = self.platform.log
        box, request = (
            log.receipt(each, desk.quorum) for each in (desk.box_entry, desk.request_entry)
        )
        if box is None or request is None or self.custodian in desk.answers:
            return None
        committed = desk.commitment_entries.get(self.custodian)
        return RequestWork(
            id=desk.id,
            body=desk.body,
            box_receipt=box,
            request_receipt=request,
            commitment_receipt=committed and log.receipt(committed, desk.quorum),
        )

    def _take(self, step: str, body: bytes) -> None:
        self._reach()
        self.posts.append((step, body))

    def _reach(self) -> None:
        if self.down:
            raise PlatformError("unreachable")
