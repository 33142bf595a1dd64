"""A small world: three custodians and a witness, their roster, a platform, and bidders."""

import io
import os
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from sunseal_crypto import (
    age,
    amendment,
    box,
    canonical,
    certificate,
    checkpoint,
    notes,
    notice,
    release,
    roster,
    signing,
    statement,
    terms,
)
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.amendment import Amendment, SignedAmendment
from sunseal_crypto.box import LeafDetail, Link, OpenedLeaf
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.note_keys import NoteSigner, VerifierKey
from sunseal_crypto.notice import Notice, NoticeEnvelope
from sunseal_crypto.release import Answer, Refusal, ReleaseRequest, SignedRefusal
from sunseal_crypto.roster import Roster
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import time_text
from sunseal_crypto.terms import SUITE, Terms
from sunseal_parties.custodian import keys
from tests.custodian.bidders import Bidder
from tests.custodian.party import Clock, Party
from tests.custodian.standin import (
    AmendmentDesk,
    CeremonyDesk,
    Log,
    RequestDesk,
    StandIn,
    b64,
)

ORIGIN = "sunseal.example/log"
START = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
DEADLINE = START + timedelta(hours=1)
NOT_BEFORE = START + timedelta(hours=2)
T, Q, BOX_SIZE = 2, 3, 8
# Who proposes a postponement, and who confirms it.
AMENDERS = [SigningKey.generate(), SigningKey.generate()]


@dataclass
class World:
    folder: Path
    clock: Clock
    platform: StandIn
    roster_bytes: bytes
    worker: X25519Identity
    parties: list[Party]
    log_key: NoteSigner
    bidders: list[Bidder] = field(default_factory=list)
    leaves: list[tuple[bytes, bytes]] = field(default_factory=list)
    box_entry: bytes = b""
    box_root: bytes = b""
    keys: dict[bytes, EnvelopeKey] = field(default_factory=dict)

    @property
    def log(self) -> Log:
        return self.platform.log

    @property
    def key(self) -> EnvelopeKey:
        """Of the last ceremony."""
        desk = self.platform.ceremonies[-1]
        if desk.session not in self.keys:
            data = desk.certificate()
            assert data is not None
            self.keys[desk.session] = certificate.verify(data, self.roster_bytes)
        return self.keys[desk.session]

    def close(self) -> None:
        for party in self.parties:
            party.journal.close()

    def witness_cosigner(self) -> NoteSigner:
        own = keys.load(self.folder / "4", witness=True)
        return keys.take_seat(own, self.roster_bytes).cosigner

    def cosign(self, log: Log, liars: list[NoteSigner]) -> None:
        """Cosigners who sign what they have not followed."""
        text = notes.parse(log.note()).text
        for liar in liars:
            line = checkpoint.cosign(text, liar, self.clock.now).decode()
            log.cosign(len(log.leaves), line)

    def turn(self, times: int = 1) -> None:
        """A tick, then everybody polls."""
        for _ in range(times):
            self.clock.now += timedelta(seconds=1)
            self.log.tick(self.clock.now)
            for party in self.parties:
                party.daemon.poll()

    # -- ceremony

    def notice(self, **changes: Any) -> Notice:
        fields = {
            "version": "sunseal/notice/v1",
            "origin": ORIGIN,
            "tender": "4f1c7a52-0b7e-4e7c-9d5a-0c8f2f1f6a11",
            "reference": "2027-001",
            "title": "桥",
            "summary": "A bridge",
            "tendering_party": "River Bureau",
            "agent": None,
            "statutory": True,
            "deadline": DEADLINE,
            "not_before": NOT_BEFORE,
            "minimum_bids": 1,
            "currency": "CNY",
            "ceiling_price": None,
            "threshold": T,
            "box_size": BOX_SIZE,
            "documents": [],
            "envelopes": [NoticeEnvelope(name="1", lot="1", part="all")],
            "roster": roster.fingerprint(self.roster_bytes),
        }
        return Notice(**{**fields, **changes})

    def terms(self, notice_bytes: bytes, **changes: Any) -> Terms:
        announced = notice.parse(notice_bytes)
        fields = {
            "version": "sunseal/terms/v1",
            "suite": SUITE,
            "origin": ORIGIN,
            "tender": announced.tender,
            "envelope": "1",
            "attempt": 1,
            "replaces": [],
            "notice": notice.fingerprint(notice_bytes),
            "deadline": announced.deadline,
            "not_before": announced.not_before,
            "minimum_bids": announced.minimum_bids,
            "box_size": announced.box_size,
            "n": 3,
            "t": T,
            "q": Q,
            "roster": roster.fingerprint(self.roster_bytes),
            "amenders": [key.public for key in AMENDERS],
        }
        return Terms(**{**fields, **changes})

    def open_ceremony(
        self, *, notice_changes: dict[str, Any] | None = None, **changes: Any
    ) -> CeremonyDesk:
        notice_bytes = canonical.encode(self.notice(**(notice_changes or {})))
        terms_bytes = canonical.encode(self.terms(notice_bytes, **changes))
        session = terms.fingerprint(terms_bytes) + secrets.token_bytes(32)
        desk = CeremonyDesk(terms_bytes, session, notice_bytes)
        self.platform.ceremonies.append(desk)
        return desk

    def certified(self, **notice_changes: Any) -> "World":
        self.open_ceremony(notice_changes=notice_changes)
        self.turn(5)
        assert self.platform.ceremonies[-1].state == "complete"
        return self

    # -- amendments

    def amendment(self, number: int = 1, **changes: Any) -> Amendment:
        """Amendment `number` moves both times by so many hours."""
        agreed, before = self.key.terms, self.platform.amendments[: number - 1]
        by = timedelta(hours=number)
        made = Amendment(
            origin=agreed.origin,
            tender=agreed.tender,
            envelope=agreed.envelope,
            terms=self.key.terms_hash,
            number=number,
            previous=amendment.digest(before[-1].signed.amendment) if before else b"",
            deadline=agreed.deadline + by,
            not_before=agreed.not_before + by,
            reason="A flood cut off the site.",
        )
        return msgspec.structs.replace(made, **changes)

    def amend(
        self,
        made: Amendment | None = None,
        keys: tuple[SigningKey, SigningKey] | None = None,
        *,
        kept_from: set[int] | None = None,
        unlogged: set[int] | None = None,
    ) -> AmendmentDesk:
        """Signs an amendment and asks custodians to acknowledge it."""
        before = list(self.platform.amendments)
        made = made or self.amendment(len(before) + 1)
        first, second = keys or AMENDERS
        data = canonical.encode(made)
        signed = SignedAmendment(
            data,
            [
                signing.sign_labelled(first, amendment.PROPOSAL_LABEL, data),
                signing.sign_labelled(second, amendment.CONFIRMATION_LABEL, data),
            ],
        )
        desk = AmendmentDesk(
            signed, before, kept_from=kept_from or set(), unlogged=unlogged or set()
        )
        self.platform.amendments.append(desk)
        return desk

    # -- bids

    def submit(
        self, bidder: Bidder | None = None, action: str = "submit", **changes: Any
    ) -> Bidder:
        if bidder is None:
            bidder = Bidder(self.key)
            self.bidders.append(bidder)
        signed = bidder.say(action, **changes)
        entry = self.log.record(
            box.ACCEPTED, self.clock.now, statement=b64(statement.digest(signed.statement))
        )
        bidder.chain.append((signed, entry))
        return bidder

    def rules(self, index: int = 1) -> list[str]:
        """The rules that a custodian's refusals name."""
        party = self.parties[index - 1]
        signed = [canonical.decode(SignedRefusal, body) for body in party.view.said("refusal")]
        return [canonical.decode(Refusal, each.refusal).rule for each in signed]

    def answer(self, desk: RequestDesk, index: int = 1) -> Answer:
        """What the opening worker reads."""
        opened = io.BytesIO()
        age.decrypt(io.BytesIO(desk.answers[index]), opened, [self.worker])
        identity = self.parties[index - 1].seat.roster.custodians[index - 1].identity
        return release.open_answer(opened.getvalue(), identity, index, desk.digest)

    def leaf(self, bidder: Bidder) -> tuple[bytes, bytes]:
        links = [
            Link(statement=signed, entry=self.log.entries[entry]) for signed, entry in bidder.chain
        ]
        detail = LeafDetail(kind="bidder", pseudonym=bidder.signing.public, chain=links, refused=[])
        return os.urandom(32), canonical.encode(detail)

    def close_box(self, **changes: str) -> None:
        """Logs the box of all bidders, padded; the leaves stand in order of joining."""
        self.leaves = [self.leaf(bidder) for bidder in self.bidders]
        self.leaves += [box.pad() for _ in range(BOX_SIZE - len(self.leaves))]
        self.box_root = box.root([box.leaf_hash(*leaf) for leaf in self.leaves])
        self.log_box(self.box_root, **changes)

    def log_box(self, root: bytes, /, **changes: str) -> None:
        data = {
            "root": b64(root),
            "size": str(BOX_SIZE),
            "tender": self.key.terms.tender,
            "envelope": "1",
            "key": b64(self.key.id),
            "deadline": time_text(self.key.terms.deadline),
            "not_before": time_text(self.key.terms.not_before),
        }
        self.box_entry = self.log.record("box.closed", self.clock.now, **{**data, **changes})

    # -- release

    def shown(self) -> list[OpenedLeaf]:
        states = [
            "withdrawn"
            if statement.parse(bidder.chain[-1][0].statement).action == "withdraw"
            else "current"
            for bidder in self.bidders
        ]
        states += ["pad"] * (len(self.leaves) - len(states))
        return [
            OpenedLeaf(nonce=nonce, detail=detail, state=state, reason="", decision=None)
            for (nonce, detail), state in zip(self.leaves, states, strict=True)
        ]

    def request(self, **changes: Any) -> ReleaseRequest:
        leaves = changes.pop("leaves", None) or self.shown()
        fields = {
            "origin": ORIGIN,
            "tender": self.key.terms.tender,
            "envelope": "1",
            "number": 1,
            "key": self.key.id,
            "terms": self.key.terms_hash,
            "box": self.box_root,
            "amendments": [],
            "leaves": leaves,
            "answer": [at for at, leaf in enumerate(leaves) if leaf.state == "current"],
        }
        return ReleaseRequest(**{**fields, **changes})

    def ask(self, request: ReleaseRequest | None = None, /, **changes: str) -> RequestDesk:
        """Logs the request and shows it to custodians as soon as its receipt is complete."""
        request = request or self.request()
        body = canonical.encode(request)
        desk = RequestDesk(body, self.box_entry, b"", Q)
        data = {"request": b64(desk.digest), "number": str(request.number)}
        desk.request_entry = self.log.record(
            "release.request", self.clock.now, **{**data, **changes}
        )
        self.platform.requests.append(desk)
        return desk

    def boxed(self, bids: int = 2, **notice_changes: Any) -> "World":
        """Certified, with bids in a closed box, at not-before."""
        self.certified(**notice_changes)
        for _ in range(bids):
            self.submit()
        self.turn()
        self.clock.now = DEADLINE
        self.close_box()
        self.turn()
        self.clock.now = NOT_BEFORE
        return self


def build(folder: Path) -> World:
    clock = Clock(START)
    log_key = NoteSigner(ORIGIN, SigningKey.generate())
    promise = VerifierKey(f"{ORIGIN}/promise", SigningKey.generate().public)
    worker = X25519Identity.generate()
    cards = [
        msgspec.json.decode(
            keys.create(
                folder / str(index), f"custodian {index}", f"authority {index}", witness=False
            ),
            type=roster.Custodian,
        )
        for index in (1, 2, 3)
    ]
    witness = msgspec.json.decode(
        keys.create(folder / "4", "witness 4", "authority 4", witness=True), type=roster.Witness
    )
    listed = Roster(
        version="sunseal/roster/v1",
        origin=ORIGIN,
        operator="operator",
        custodians=cards,
        witnesses=[witness],
        log=str(log_key.verifier),
        promise=str(promise),
        worker=str(worker.recipient()),
    )
    data = canonical.encode(listed)
    platform = StandIn(Log(log_key), clock)
    parties = []
    for index in (1, 2, 3):
        own = keys.load(folder / str(index), witness=False)
        seat = keys.take_seat(own, data)
        parties.append(Party(folder / str(index), own, seat, platform.view(index), clock))
    return World(folder, clock, platform, data, worker, parties, log_key)
