"""The box, the request, the answers and the record."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from sunseal_crypto import (
    bid,
    box,
    canonical,
    group,
    joining,
    proofs,
    record,
    release,
    statement,
    threshold,
)
from sunseal_crypto.box import LeafDetail, OpenedLeaf, State
from sunseal_crypto.bundle import Kind
from sunseal_crypto.joining import Joining, SignedJoining
from sunseal_crypto.record import Bidder, OpeningRecord, RecordedAnswer, RecordedLeaf, RecordedPad
from sunseal_crypto.release import Answer, Refusal, ReleaseRequest, SignedAnswer
from sunseal_crypto.spelling import base64_text, time_text
from tests.auditor.story.key import BOX_SIZE, NOT_BEFORE, TENDER
from tests.auditor.story.parts import Bid
from tests.auditor.story.postponing import Postponing
from tests.crypto.logs import ORIGIN
from tests.crypto.rosters import DEADLINE, IDENTITIES


class Opening(Postponing):
    """What happens from the deadline on."""

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
