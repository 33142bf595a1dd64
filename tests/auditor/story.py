"""The story of a tender, told by real parts in one process, and the bundle that it ends in.

Each step can be left out, told at another time or told falsely: what a dishonest platform would do.
"""

import hashlib
import io
import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from sunseal_crypto import (
    age,
    amendment,
    bid,
    box,
    canonical,
    certificate,
    checkpoint,
    dkg,
    event,
    group,
    joining,
    merkle,
    notes,
    notice,
    proofs,
    record,
    release,
    sealed,
    signing,
    statement,
    threshold,
    tick,
)
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.amendment import (
    Acknowledgement,
    Amendment,
    ShownAmendment,
    SignedAmendment,
)
from sunseal_crypto.bid import BidManifest
from sunseal_crypto.box import LeafDetail, Link, OpenedLeaf, State
from sunseal_crypto.bundle import About, CheckpointRow, EntryRow, Fact, Kind, Taken, TickRow, Writer
from sunseal_crypto.certificate import Certificate, EnvelopeKey, verify
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.entry import LoggedEntry
from sunseal_crypto.event import LogEvent
from sunseal_crypto.joining import Joining, SignedJoining
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner
from sunseal_crypto.notice import Notice, NoticeEnvelope
from sunseal_crypto.record import Bidder, OpeningRecord, RecordedAnswer, RecordedLeaf, RecordedPad
from sunseal_crypto.release import Answer, Refusal, ReleaseRequest, SignedAnswer
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text, time_text
from sunseal_crypto.statement import BidStatement, SignedStatement
from sunseal_crypto.tick import TickLeaf, TickTree
from tests.crypto.logs import LOG, ORIGIN
from tests.crypto.rosters import DEADLINE, IDENTITIES, roster_of, terms_of, vouch

TENDER = "6f1c0c6e-9b1d-4f0a-8f0e-0d9a4f6f3a11"
OBJECT = f"tender/{TENDER}/envelope/1"
NOT_BEFORE = DEADLINE + timedelta(minutes=5)
HOUR = timedelta(hours=1)
BOX_SIZE = 8
THRESHOLD = 2
COSIGNERS = [
    NoteSigner(f"cosigner-{n}.example", SigningKey.from_seed(bytes([100 + n]) * 32), COSIGNATURE)
    for n in range(4)
]
# Who proposes a postponement, and who confirms it.
AMENDERS = [SigningKey.from_seed(bytes([200 + n]) * 32) for n in range(2)]
WITHDRAWN: dict[str, Any] = dict.fromkeys(
    ("sha256", "manifest", "share", "body_hash", "proof"), b""
) | {"size": 0}


@dataclass(frozen=True)
class Made:
    """An envelope's key with all that proves it, and what each custodian kept."""

    roster: bytes
    notice: bytes
    certificate: bytes
    shares: list[bytes]
    key: EnvelopeKey


@cache
def made() -> Made:
    """The same for all stories of a test run: a ceremony is the slowest part of them."""
    roster = roster_of()
    roster_bytes = canonical.encode(roster)
    read = canonical.encode(_notice(hashlib.sha256(roster_bytes).digest()))
    terms_bytes = canonical.encode(
        terms_of(
            roster,
            THRESHOLD,
            notice=notice.fingerprint(read),
            not_before=NOT_BEFORE,
            minimum_bids=2,
            box_size=BOX_SIZE,
            amenders=[key.public for key in AMENDERS],
        )
    )
    data, shares = certified(roster_bytes, terms_bytes)
    return Made(roster_bytes, read, data, shares, verify(data, roster_bytes))


def certified(roster_bytes: bytes, terms_bytes: bytes) -> tuple[bytes, list[bytes]]:
    """A fresh ceremony's certificate, and the custodians' shares."""
    session = hashlib.sha256(terms_bytes).digest() + secrets.token_bytes(32)
    keys = [dkg.StaticKey.generate() for _ in range(3)]
    statics = [key.public for key in keys]
    ctx = dkg.context(session, statics)
    sent = [dkg.round1(i, THRESHOLD, key.secret, statics, ctx)[0] for i, key in enumerate(keys, 1)]
    outputs = [
        dkg.round2(i, THRESHOLD, key.secret, statics, ctx, sent) for i, key in enumerate(keys, 1)
    ]
    extension = certificate.extension(terms_bytes, sent)
    transcript = dkg.transcript(THRESHOLD, statics, ctx, sent, extension)
    held = Certificate(
        version="sunseal/certificate/v1",
        session=session,
        terms=terms_bytes,
        statics=[
            vouch(IDENTITIES[i], roster_bytes, session, i + 1, key.public)
            for i, key in enumerate(keys)
        ],
        transcript=transcript,
        signatures=[dkg.sign_transcript(key.secret, transcript) for key in keys],
    )
    return canonical.encode(held), [output.share for output in outputs]


def _notice(roster_hash: bytes) -> Notice:
    return Notice(
        version="sunseal/notice/v1",
        origin=ORIGIN,
        tender=TENDER,
        reference="A-1",
        title="A road",
        summary="",
        tendering_party="The county",
        agent=None,
        statutory=False,
        deadline=DEADLINE,
        not_before=NOT_BEFORE,
        minimum_bids=2,
        currency="CNY",
        ceiling_price=None,
        threshold=THRESHOLD,
        box_size=BOX_SIZE,
        documents=[],
        envelopes=[NoticeEnvelope("1", "1", "all")],
        roster=roster_hash,
    )


@dataclass
class Bid:
    """A bidder with what it made; `chain` and `refused` as they end up in its leaf."""

    name: str
    organization: str
    key: SigningKey
    pseudonym: SigningKey
    price: str = "100"
    chain: list[Link] = field(default_factory=list)
    refused: list[Link] = field(default_factory=list)
    manifest: bytes = b""
    header: bytes = b""
    decision: LoggedEntry | None = None

    @property
    def head(self) -> BidStatement:
        return statement.parse(self.chain[-1].statement.statement)


@dataclass
class Parts:
    """A bundle in pieces, for tests to spoil; `evidence` by kind and name."""

    about: About
    roster: bytes
    checkpoint: bytes
    leaves: list[bytes]
    ticks: list[TickRow]
    entries: list[EntryRow]
    facts: list[Fact]
    evidence: dict[tuple[Kind, str], bytes]
    checkpoints: list[CheckpointRow] = field(default_factory=list)

    def file(self) -> io.BytesIO:
        made = io.BytesIO()
        with Writer(made, self.about, self.roster, self.checkpoint) as writer:
            writer.leaves(self.leaves)
            writer.checkpoints(self.checkpoints)
            writer.ticks(self.ticks)
            writer.entries(self.entries)
            writer.facts(self.facts)
            for (kind, name), body in self.evidence.items():
                writer.evidence("1", kind, name, body)
        made.seek(0)
        return made


class Story:
    """Time goes on by one second with each tick; `waiting` are entries for the next one."""

    def __init__(self) -> None:
        self.made = made()
        self.key = self.made.key
        self.now = DEADLINE - timedelta(hours=1)
        self.random = random.Random(7)
        self.leaves: list[bytes] = []
        self.waiting: list[tuple[bytes, bytes]] = []
        self.rows: list[EntryRow] = []
        self.ticks: list[TickRow] = []
        self.placed: dict[bytes, LoggedEntry] = {}
        self.evidence: dict[tuple[Kind, str], bytes] = {}
        self.bids: list[Bid] = []
        self.facts: list[Fact] = []
        self.places: list[tuple[bytes, bytes]] = []
        self.positions: dict[int, Bid] = {}
        self.root = b""
        self.requests: list[tuple[ReleaseRequest, bytes]] = []
        self.answers: dict[tuple[int, int], bytes] = {}
        self.said: list[RecordedAnswer] = []
        self.digest = b""
        # Sizes of the log, and when cosigners saw it; `ahead` their clocks are of the platform's.
        self.seen: dict[int, datetime] = {}
        self.ahead = timedelta(0)
        self.shut_by = (DEADLINE, NOT_BEFORE)
        self.amendments: list[ShownAmendment] = []

    # -- the log

    def enter(
        self, action: str, object_: str = OBJECT, actor: str = "worker", **data: str
    ) -> bytes:
        """Records an event; returns its detail, by which it is found once it is in a tick."""
        said = LogEvent(
            version="sunseal/event/v1",
            id=str(len(self.placed) + len(self.waiting)),
            at=self.now,
            actor=actor,
            role="as_worker",
            action=action,
            object=object_,
            outcome="done",
            reason="",
            data=data,
        )
        detail = event.encode(said)
        self.waiting.append((self.random.randbytes(32), detail))
        return detail

    def tick(self) -> None:
        self.now += timedelta(seconds=1)
        number, seed = int(self.now.timestamp()), self.random.randbytes(32)
        slots = sorted(self.random.sample(range(tick.SLOTS), len(self.waiting)))
        taken = {
            slot: tick.commitment(*entry) for slot, entry in zip(slots, self.waiting, strict=True)
        }
        tree = TickTree(seed, taken)
        leaf = TickLeaf(number, self.now, tree.root).encode()
        for slot, (nonce, detail) in zip(slots, self.waiting, strict=True):
            row = EntryRow(tick=number, slot=slot, nonce=nonce, detail=detail, path=b"")
            self.rows.append(row)
            self.placed[detail] = LoggedEntry(
                nonce=nonce,
                detail=detail,
                slot=slot,
                path=tree.path(slot),
                leaf=leaf,
                index=len(self.leaves),
            )
        listed = [Taken(slot, commitment) for slot, commitment in taken.items()]
        self.ticks.append(TickRow(number=number, seed=seed, taken=listed))
        self.leaves.append(leaf)
        self.seen[len(self.leaves)] = self.now + self.ahead
        self.waiting = []

    @property
    def last_logged(self) -> LoggedEntry:
        return list(self.placed.values())[-1]

    def set_aside(self) -> tuple[bytes, TickRow, list[EntryRow]]:
        """Takes the last tick out of the log."""
        shown = self.ticks.pop()
        rows = [row for row in self.rows if row.tick == shown.number]
        self.rows = self.rows[: -len(rows)]
        return self.leaves.pop(), shown, rows

    def put_back(self, aside: tuple[bytes, TickRow, list[EntryRow]]) -> None:
        leaf, shown, rows = aside
        self.leaves.append(leaf)
        self.ticks.append(shown)
        self.rows += rows
        self.now += timedelta(minutes=1)

    def logged(self, action: str, **more: Any) -> LoggedEntry:
        """Records an event and makes its tick at once."""
        detail = self.enter(action, **more)
        self.tick()
        return self.placed[detail]

    # -- key and bids

    def certify(self, data: bytes | None = None) -> None:
        digest = hashlib.sha256(data or self.made.certificate).digest()
        self.enter("ceremony.certificate", certificate=base64_text(digest))
        self.tick()

    def joins(self, name: str, price: str = "100", *, logged: bool = True) -> Bid:
        number = len(self.bids)
        made = Bid(
            name=name,
            organization=f"00000000-0000-4000-8000-{number:012d}",
            key=SigningKey.from_seed(bytes([200 + number]) * 32),
            pseudonym=SigningKey.from_seed(bytes([50 + number]) * 32),
            price=price,
        )
        self.bids.append(made)
        self.registers(made)
        if logged:
            self.enter("bid.join", actor=base64_text(made.pseudonym.public))
        return made

    def registers(self, by: Bid) -> None:
        """What the log says of a firm, and what tables say of it ever after."""
        firm = f"organization/{by.organization}"
        key = base64_text(by.key.public)
        self.enter("organization.register", object_=firm, kind="bidder", name=by.name)
        self.enter("key.enrol", object_=firm, key=key)
        for what, value in (("key", key), ("kind", "bidder"), ("name", by.name)):
            self.facts.append(Fact(object=firm, field=what, value=value, waiting=False))

    def submits(self, by: Bid, action: statement.Action = "submit", **changes: Any) -> None:
        """A submit, replace or withdraw that is accepted in the next tick."""
        signed = self.signed(by, action, **changes)
        by.chain.append(Link(statement=signed, entry=self._log_statement(box.ACCEPTED, signed)))

    def is_refused(self, by: Bid) -> None:
        signed = self.signed(by, "submit")
        by.refused.append(Link(statement=signed, entry=self._log_statement(box.REFUSED, signed)))

    def signed(self, by: Bid, action: statement.Action, **changes: Any) -> SignedStatement:
        previous = by.chain[-1].statement.statement if by.chain else b""
        said: dict[str, Any] = {
            "origin": ORIGIN,
            "tender": TENDER,
            "envelope": "1",
            "recipient": self.key.recipient,
            "terms": self.key.terms_hash,
            "pseudonym": by.pseudonym.public,
            "action": action,
            "previous": statement.digest(previous) if previous else b"",
            "sequence": len(by.chain) + 1,
        }
        bid_fields = WITHDRAWN if action == "withdraw" else self._seal(by)
        return statement.sign(BidStatement(**(said | bid_fields | changes)), by.pseudonym)

    def _seal(self, by: Bid) -> dict[str, Any]:
        by.manifest = bid.encode(
            BidManifest(
                version="sunseal/bid/v1",
                origin=ORIGIN,
                tender=TENDER,
                envelope="1",
                recipient=self.key.recipient,
                terms=self.key.terms_hash,
                organization=by.organization,
                pseudonym=by.pseudonym.public,
                price=by.price,
                currency="CNY",
                practitioners=[],
                files=[],
                salt=self.random.randbytes(32),
            )
        )
        file = io.BytesIO()
        envelope = age.X25519Recipient.from_string(self.key.recipient)
        age.encrypt(io.BytesIO(b""), file, [envelope, X25519Identity.generate().recipient()])
        found = sealed.check(file.getvalue())
        by.header = file.getvalue()[: len(file.getvalue()) - 32]
        return {
            "size": 70_000,
            "sha256": b"f" * 32,
            "manifest": bid.manifest_hash(by.manifest),
            "share": sealed.envelope_share(found),
            "body_hash": hashlib.sha256(sealed.envelope_body(found)).digest(),
            "proof": b"p" * 64,
        }

    def _log_statement(self, action: str, signed: SignedStatement) -> LoggedEntry:
        digest = statement.digest(signed.statement)
        return self.logged(action, statement=base64_text(digest))

    def bars(self, by: Bid) -> None:
        pseudonym = base64_text(by.pseudonym.public)
        by.decision = self.logged("screening.decision", pseudonym=pseudonym, decision="barred")

    # -- amendments

    def amendment(self, **changes: Any) -> Amendment:
        """The first: an hour later."""
        fields: dict[str, Any] = {
            "origin": ORIGIN,
            "tender": TENDER,
            "envelope": "1",
            "terms": self.key.terms_hash,
            "number": 1,
            "previous": b"",
            "deadline": DEADLINE + HOUR,
            "not_before": NOT_BEFORE + HOUR,
            "reason": "A flood cut off the site.",
        }
        return Amendment(**(fields | changes))

    def amends(
        self,
        made: Amendment | None = None,
        keys: Sequence[SigningKey] = AMENDERS,
        people: tuple[str, str] = ("clerk", "centre"),
    ) -> bytes:
        """Two people sign it; returns its digest, by which custodians acknowledge it."""
        made = made or self.amendment()
        data = canonical.encode(made)
        signatures = [
            signing.sign_labelled(key, label, data)
            for key, label in zip(keys, amendment.LABELS, strict=True)
        ]
        digest = amendment.digest(data)
        facts = {"amendment": base64_text(digest), "number": str(made.number)}
        for action, actor in zip(("propose", "confirm"), people, strict=True):
            self.enter(f"amendment.{action}", actor=actor, **facts)
        signed = SignedAmendment(data, signatures)
        self.evidence[Kind.AMENDMENT, str(made.number)] = canonical.encode(signed)
        self.amendments = [ShownAmendment(signed, [])]
        self.tick()
        return digest

    def acknowledges(
        self, custodian: int, digest: bytes, signer: SigningKey | None = None
    ) -> LoggedEntry:
        said = Acknowledgement(amendment=digest, custodian=custodian, at=self.now)
        word = amendment.acknowledge(said, signer or IDENTITIES[custodian - 1])
        data = amendment.entry_data(digest, custodian, canonical.encode(word))
        return self.logged(amendment.ACKNOWLEDGE, **data)

    def postpones(self, digest: bytes, made: Amendment | None = None) -> None:
        """What the worker logs when it moves the box by an amendment."""
        made = made or self.amendment()
        self.shut_by = (made.deadline, made.not_before)
        self.enter(
            "amendment.in-force",
            amendment=base64_text(digest),
            number=str(made.number),
            deadline=time_text(made.deadline),
            not_before=time_text(made.not_before),
        )
        self.tick()

    # -- box and request

    def close(self, *, without: tuple[Bid, ...] = (), at: datetime = DEADLINE) -> None:
        self.now = max(self.now, at)
        inside = [each for each in self.bids if each not in without]
        self.places = [self._leaf(each) for each in inside]
        self.places += [box.pad() for _ in range(BOX_SIZE - len(self.places))]
        order = list(range(BOX_SIZE))
        self.random.shuffle(order)
        self.positions = {order.index(number): each for number, each in enumerate(inside)}
        self.places = [self.places[number] for number in order]
        self.root = box.root([box.leaf_hash(*place) for place in self.places])
        self.log_box()
        self.tick()

    def log_box(self, root: bytes | None = None) -> None:
        self.enter(
            "box.closed",
            root=base64_text(root or self.root),
            size=str(BOX_SIZE),
            tender=TENDER,
            envelope="1",
            key=base64_text(self.key.id),
            deadline=time_text(self.shut_by[0]),
            not_before=time_text(self.shut_by[1]),
        )

    def _leaf(self, by: Bid) -> tuple[bytes, bytes]:
        detail = LeafDetail(
            kind="bidder", pseudonym=by.pseudonym.public, chain=by.chain, refused=by.refused
        )
        return self.random.randbytes(32), canonical.encode(detail)

    def opened_leaves(self, barred: bool = True) -> list[OpenedLeaf]:
        shown = []
        for position, (nonce, detail) in enumerate(self.places):
            leaf = box.parse_leaf(detail)
            chain = [statement.parse(link.statement.statement) for link in leaf.chain]
            state: State = box.state_at_closing(leaf, chain)
            by = self.positions.get(position)
            decision = by.decision if by and barred else None
            shown.append(
                OpenedLeaf(
                    nonce=nonce,
                    detail=detail,
                    state="barred" if decision else state,
                    reason="listed" if decision else "",
                    decision=decision,
                )
            )
        return shown

    def request(self, *, at: datetime = NOT_BEFORE, logged: bool = True, **changes: Any) -> None:
        self.now = max(self.now, at)
        leaves = changes.pop("leaves", None) or self.opened_leaves()
        made = ReleaseRequest(
            origin=ORIGIN,
            tender=TENDER,
            envelope="1",
            number=len(self.requests) + 1,
            key=self.key.id,
            terms=self.key.terms_hash,
            box=self.root,
            amendments=self.amendments,
            leaves=leaves,
            answer=[n for n, leaf in enumerate(leaves) if leaf.state == "current"],
        )
        made = msgspec.structs.replace(made, **changes)
        body = canonical.encode(made)
        self.digest = release.digest(body)
        self.requests.append((made, self.digest))
        self.evidence[Kind.REQUEST, str(made.number)] = body
        if logged:
            self.log_request()

    def log_request(self) -> None:
        made, digest = self.requests[-1]
        self.enter("release.request", request=base64_text(digest), number=str(made.number))
        self.tick()

    # -- answers and record

    def answer(self, custodian: int, *, lie: bool = False, logged: bool = True) -> None:
        request, digest = self.requests[-1]
        heads = [self.positions[place].head for place in request.answer]
        secret = self.made.shares[custodian - 1]
        results = [threshold.partial(secret, head.share) for head in heads]
        bare = Answer(
            request=digest,
            custodian=custodian,
            answered=request.answer,
            results=list(results),
            invalid=[],
            proof=b"",
        )
        proof = proofs.prove_equality(
            secret, release.answer_statement(self.key, bare, heads, results)
        )
        if lie:
            results[0] = group.add(results[0], results[0])
        said = msgspec.structs.replace(bare, results=list(results), proof=proof)
        signed = release.sign_answer(said, IDENTITIES[custodian - 1])
        self.give(custodian, signed, logged=logged)

    def give(self, custodian: int, signed: SignedAnswer, *, logged: bool = True) -> None:
        number = len(self.requests)
        commitment = release.commitment(signed)
        if logged:
            self.commit(custodian, commitment)
        self.evidence[Kind.ANSWER, f"{number}/{custodian}"] = canonical.encode(signed)
        self.said.append(
            RecordedAnswer(
                number=number,
                custodian=custodian,
                name=f"c{custodian - 1}",
                said="answered",
                reason="",
                digest=commitment,
            )
        )

    def commit(self, custodian: int, commitment: bytes) -> None:
        self.enter(
            "release.answer",
            request=base64_text(self.digest),
            custodian=str(custodian),
            commitment=base64_text(commitment),
        )
        self.tick()

    def refuse(self, custodian: int) -> None:
        number = len(self.requests)
        refusal = Refusal(
            request=self.digest,
            custodian=custodian,
            rule="clock-off",
            sentence="the clocks differ",
            at=self.now,
        )
        body = canonical.encode(release.sign_refusal(refusal, IDENTITIES[custodian - 1]))
        self.evidence[Kind.REFUSAL, f"{number}/{custodian}"] = body
        self.said.append(
            RecordedAnswer(
                number=number,
                custodian=custodian,
                name=f"c{custodian - 1}",
                said="refused",
                reason="clock-off",
                digest=hashlib.sha256(body).digest(),
            )
        )

    def recorded(self, position: int, by: Bid, shown: OpenedLeaf) -> RecordedLeaf:
        outcome: record.Outcome = {  # type: ignore[assignment]
            "current": "opened",
            "pending": "pending",
            "barred": "barred",
            "withdrawn": "withdrawn",
            "refused": "refused",
            "empty": "empty",
        }[shown.state]
        opened = outcome == "opened"
        return RecordedLeaf(
            position=position,
            leaf=shown,
            outcome=outcome,
            reason="",
            bidder=self.bidder(by) if opened else None,
            price=by.price if opened else "",
            currency="CNY" if opened else "",
            manifest=bid.manifest_hash(by.manifest) if opened else b"",
        )

    def bidder(self, by: Bid) -> Bidder:
        said = Joining(origin=ORIGIN, tender=TENDER, envelope="1", pseudonym=by.pseudonym.public)
        signed: SignedJoining = joining.sign(said, by.key)
        return Bidder(organization=by.organization, name=by.name, key=by.key.public, joining=signed)

    def record(self, **changes: Any) -> OpeningRecord:
        shown = self.opened_leaves()
        made = OpeningRecord(
            origin=ORIGIN,
            tender=TENDER,
            envelope="1",
            number=1,
            result="opened",
            final=True,
            at=self.now,
            key=self.key.id,
            terms=self.key.terms_hash,
            box=self.root,
            size=BOX_SIZE,
            requests=[digest for _, digest in self.requests],
            answers=list(self.said),
            leaves=[
                self.recorded(position, by, shown[position])
                for position, by in sorted(self.positions.items())
            ],
            pads=[
                RecordedPad(position, nonce)
                for position, (nonce, _) in enumerate(self.places)
                if position not in self.positions
            ],
        )
        return msgspec.structs.replace(made, **changes)

    def publish(self, said: OpeningRecord | None = None) -> None:
        said = said or self.record()
        body = canonical.encode(said)
        self.evidence[Kind.RECORD, str(said.number)] = body
        for leaf in said.leaves:
            if leaf.outcome == "opened":
                by = self.positions[leaf.position]
                self.show_bid(leaf.position, by.manifest, bid.sign(by.key, by.manifest))
        digest = base64_text(hashlib.sha256(body).digest())
        self.enter("opening.record", record=digest, number=str(said.number))
        self.tick()

    def show_bid(self, position: int, manifest: bytes, signature: bytes) -> None:
        self.evidence[Kind.MANIFEST, str(position)] = manifest
        self.evidence[Kind.MANIFEST_SIGNATURE, str(position)] = signature

    # -- the bundle

    def bundle(self, cosigners: int = 3) -> Parts:
        roots = [merkle.leaf_hash(leaf) for leaf in self.leaves]
        point = Checkpoint(ORIGIN, len(roots), merkle.root(roots))
        note = checkpoint.sign_checkpoint(point, LOG)
        for cosigner in COSIGNERS[:cosigners]:
            line = checkpoint.cosign(point.encode(), cosigner, self.now)
            note = notes.add_line(note, line)
        evidence = {
            (Kind.NOTICE, ""): self.made.notice,
            (Kind.CERTIFICATE, ""): self.made.certificate,
        } | self.evidence
        about = About(origin=ORIGIN, tender=TENDER, made_at=self.now, size=len(roots))
        return Parts(
            about,
            self.made.roster,
            note,
            list(self.leaves),
            list(self.ticks),
            list(self.rows),
            list(self.facts),
            evidence,
            [self.cosigned(size, at) for size, at in sorted(self.seen.items())],
        )

    def cosigned(
        self, size: int, at: datetime, cosigners: Sequence[NoteSigner] = COSIGNERS
    ) -> CheckpointRow:
        root = merkle.root([merkle.leaf_hash(leaf) for leaf in self.leaves[:size]])
        point = Checkpoint(ORIGIN, size, root)
        note = checkpoint.sign_checkpoint(point, LOG)
        for cosigner in cosigners:
            note = notes.add_line(note, checkpoint.cosign(point.encode(), cosigner, at))
        return CheckpointRow(size=size, note=note.decode())


def begun(*, beside: bool = False) -> Story:
    """Key and bids, up to the deadline: one bid stands, one was replaced, one withdrawn, …

    `beside` another tender got its key first, and stays sealed.
    """
    story = Story()
    if beside:
        story.logged("ceremony.certificate", object_="tender/another/envelope/1", certificate="-")
    story.certify()
    story.enter("session.sign-in", object_="person/1")
    plain, replaced = story.joins("plain", "100"), story.joins("replaced", "250.50")
    gone, barred = story.joins("gone"), story.joins("barred")
    story.joins("empty")
    refused = story.joins("refused")
    story.tick()
    for each in (plain, replaced, gone, barred):
        story.submits(each)
    story.submits(replaced, "replace")
    story.submits(gone, "withdraw")
    story.is_refused(refused)
    story.enter("audit.query", object_="audit/entries", actor="supervisor")
    story.tick()
    story.bars(barred)
    return story


def asked(*, beside: bool = False) -> Story:
    story = begun(beside=beside)
    story.close()
    story.request()
    return story


def told(*, beside: bool = False) -> Story:
    """The whole story, honestly."""
    story = asked(beside=beside)
    story.answer(1)
    story.answer(3)
    story.refuse(2)
    story.publish()
    return story


def spoil(parts: Parts, **changes: Any) -> Parts:
    return replace(parts, **changes)
