"""The world around a bidder: custodians, their ceremony, a notice, and a log that they cosign."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sunseal_crypto import (
    canonical,
    certificate,
    checkpoint,
    dkg,
    event,
    merkle,
    notes,
    notice,
    promise,
    receipt,
    roster,
    terms,
    tick,
)
from sunseal_crypto.age import X25519Identity, X25519Recipient
from sunseal_crypto.certificate import Certificate, EnvelopeKey, StaticKey
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.entry import TickEntry
from sunseal_crypto.event import LogEvent
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner
from sunseal_crypto.notice import Notice, NoticeEnvelope
from sunseal_crypto.promise import Promise
from sunseal_crypto.roster import Custodian, Roster, Witness
from sunseal_crypto.signing import SigningKey, sign_labelled
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.terms import Terms
from sunseal_crypto.tick import TickLeaf, TickTree
from sunseal_parties.bidder.seal import Bidder

ORIGIN = "tenders.example/1"
DEADLINE = datetime(2077, 3, 20, 1, 30, tzinfo=UTC)
NOON = datetime(2077, 3, 1, 12, tzinfo=UTC)
SEED = b"s" * 32
N, T = 3, 2


def cosigner(name: str) -> NoteSigner:
    return NoteSigner(f"{name}.example", SigningKey.generate(), COSIGNATURE)


@dataclass
class World:
    """One tender with one envelope; every key is real."""

    tender: UUID = field(default_factory=uuid4)
    origin: str = ORIGIN
    log: NoteSigner = field(default_factory=lambda: NoteSigner(ORIGIN, SigningKey.generate()))
    promise_key: SigningKey = field(default_factory=SigningKey.generate)
    identities: list[SigningKey] = field(
        default_factory=lambda: [SigningKey.generate() for _ in range(N)]
    )
    cosigners: list[NoteSigner] = field(
        default_factory=lambda: [cosigner(f"c{i}") for i in range(1, N + 2)]
    )
    amenders: list[SigningKey] = field(default_factory=list)
    ticks: list[bytes] = field(default_factory=list)

    @cached_property
    def roster(self) -> bytes:
        custodians = [
            Custodian(f"custodian {i}", f"authority {i}", key.public, str(signer.verifier))
            for i, (key, signer) in enumerate(zip(self.identities, self.cosigners, strict=False), 1)
        ]
        return canonical.encode(
            Roster(
                version="sunseal/roster/v1",
                origin=self.origin,
                operator="the operator",
                custodians=custodians,
                witnesses=[Witness("a witness", "authority w", str(self.cosigners[N].verifier))],
                log=str(self.log.verifier),
                promise=str(promise.signer(self.origin, self.promise_key).verifier),
                worker=str(X25519Identity.generate().recipient()),
            )
        )

    @cached_property
    def notice(self) -> bytes:
        facts: dict[str, Any] = {
            "version": "sunseal/notice/v1",
            "origin": self.origin,
            "tender": str(self.tender),
            "reference": "2077-001",
            "title": "A school",
            "summary": "",
            "tendering_party": "the town",
            "agent": None,
            "statutory": False,
            "deadline": DEADLINE,
            "not_before": DEADLINE + timedelta(minutes=5),
            "minimum_bids": 3,
            "currency": "CNY",
            "ceiling_price": "5000000.00",
            "threshold": T,
            "box_size": 16,
            "documents": [],
            "envelopes": [NoticeEnvelope("1", "", "all")],
            "roster": roster.fingerprint(self.roster),
        }
        return canonical.encode(Notice(**facts))

    @cached_property
    def terms(self) -> bytes:
        said = canonical.decode(Notice, self.notice)
        return canonical.encode(
            Terms(
                version="sunseal/terms/v1",
                suite=terms.SUITE,
                origin=said.origin,
                tender=said.tender,
                envelope="1",
                attempt=1,
                replaces=[],
                notice=notice.fingerprint(self.notice),
                deadline=said.deadline,
                not_before=said.not_before,
                minimum_bids=said.minimum_bids,
                box_size=said.box_size,
                n=N,
                t=T,
                q=roster.quorum(roster.parse(self.roster), T),
                roster=roster.fingerprint(self.roster),
                amenders=[key.public for key in self.amenders],
            )
        )

    @cached_property
    def certificate(self) -> bytes:
        return self.hold_ceremony()

    def hold_ceremony(self) -> bytes:
        """A certificate; each time another key, as a platform that cheats would want it."""
        session = sha256(self.terms).digest() + os.urandom(32)
        statics = [dkg.StaticKey.generate() for _ in range(N)]
        publics = [static.public for static in statics]
        context = dkg.context(session, publics)
        messages = [
            dkg.round1(i, T, static.secret, publics, context)[0]
            for i, static in enumerate(statics, 1)
        ]
        extension = certificate.extension(self.terms, messages)
        transcript = dkg.transcript(T, publics, context, messages, extension)
        return canonical.encode(
            Certificate(
                version="sunseal/certificate/v1",
                session=session,
                terms=self.terms,
                statics=[self._vouch(i, session, key) for i, key in enumerate(publics, 1)],
                transcript=transcript,
                signatures=[dkg.sign_transcript(key.secret, transcript) for key in statics],
            )
        )

    @cached_property
    def key(self) -> EnvelopeKey:
        return certificate.verify(self.certificate, self.roster)

    def certificate_receipt(self, data: bytes | None = None) -> str:
        digest = base64_text(sha256(data or self.certificate).digest())
        return self.receipt(*self.entry("ceremony.certificate", certificate=digest))

    def entry(self, action: str, **data: str) -> tuple[bytes, bytes]:
        """Nonce and detail of a log entry."""
        said = LogEvent(
            version="sunseal/event/v1",
            id=str(uuid4()),
            at=NOON,
            actor="somebody",
            role="a role",
            action=action,
            object=f"tender/{self.tender}/envelope/1",
            outcome="done",
            reason="",
            data=data,
        )
        return os.urandom(32), event.encode(said)

    def promise(self, nonce: bytes, detail: bytes) -> str:
        promised = Promise(self.origin, nonce, detail, 100 + len(self.ticks) + 50)
        return promise.sign(promised, self.promise_key).decode()

    def receipt(
        self, nonce: bytes, detail: bytes, *, cosigners: int = N + 1, at: datetime = NOON
    ) -> str:
        """Puts the entry into a tick of its own and proves it."""
        tree = TickTree(SEED, {7: tick.commitment(nonce, detail)})
        leaf = TickLeaf(100 + len(self.ticks), at, tree.root).encode()
        self.ticks.append(leaf)
        entry = TickEntry(nonce=nonce, detail=detail, slot=7, path=tree.path(7), leaf=leaf)
        index, leaves = len(self.ticks) - 1, [merkle.leaf_hash(leaf) for leaf in self.ticks]
        point = Checkpoint(self.origin, len(leaves), merkle.root(leaves))
        note = checkpoint.sign_checkpoint(point, self.log)
        for signer in self.cosigners[:cosigners]:
            note = notes.add_line(note, checkpoint.cosign(point.encode(), signer, NOON))
        return receipt.make(entry, index, merkle.inclusion_proof(leaves, index), note).decode()

    def _vouch(self, index: int, session: bytes, public: bytes) -> StaticKey:
        message = certificate.static_message(
            roster.fingerprint(self.roster), session, index, public
        )
        identity = self.identities[index - 1]
        return StaticKey(public, sign_labelled(identity, certificate.STATIC_LABEL, message))


def bidder(recovery: X25519Recipient) -> Bidder:
    return Bidder(
        str(UUID(int=7, version=4)), SigningKey.generate(), SigningKey.generate(), recovery
    )
