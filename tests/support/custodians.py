"""Custodians in the test's process: a real ceremony, real rules about boxes, real answers."""

import io
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sunseal_crypto import (
    age,
    amendment,
    box,
    canonical,
    certificate,
    dkg,
    group,
    proofs,
    release,
    signing,
    terms,
    threshold,
)
from sunseal_crypto.age import X25519Recipient
from sunseal_crypto.certificate import Certificate, EnvelopeKey, StaticKey
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.release import Answer, InvalidLeaf, Refusal, ReleaseRequest, Rule, SignedAnswer
from sunseal_crypto.roster import parse as parse_roster
from sunseal_crypto.statement import BidStatement
from sunseal_crypto.statement import parse as parse_statement
from sunseal_crypto.terms import Terms
from sunseal_parties.custodian.box_rules import check_box
from sunseal_parties.custodian.facts import Closing, Facts, Shown
from sunseal_parties.custodian.keys import Seat
from tests.support.service import Guard


@dataclass
class Log:
    """The log as every custodian followed it."""

    leaves: list[bytes]

    def entry(self, position: int) -> bytes | None:
        return self.leaves[position] if position < len(self.leaves) else None

    def check_prefix(self, shown: Checkpoint) -> None:
        assert shown.size <= len(self.leaves)


@dataclass
class Council:
    """All custodians of one envelope, with the shares of its key."""

    guards: list[Guard]
    roster_bytes: bytes
    shares: list[group.Scalar]
    certificate: bytes
    session: bytes
    states: dict[int, list[box.State]] = field(default_factory=dict)

    @property
    def key(self) -> EnvelopeKey:
        return certificate.verify(self.certificate, self.roster_bytes)

    def decide(self, body: bytes, log: Log) -> dict[int, BidStatement]:
        """The heads that an honest custodian helps open. Raises RefusalError."""
        request = release.parse_request(body)
        facts = Facts(
            key=self.key,
            seat=_no_seat(),
            history=log,
            fork=None,
            trouble=None,
            acknowledged=[],
            answered=None,
            first=self.states.get(1),
        )
        shown = Shown(request, release.digest(body), b"", b"")
        last = len(log.leaves) - 1
        deadline = deadline_of(request, self.key.terms)
        closing = Closing(request.box, last, last, deadline)
        decision = check_box(shown, facts, closing, request.box)
        self.states[request.number] = [leaf.state for leaf in request.leaves]
        return dict(decision.answered)

    def answer(
        self,
        index: int,
        body: bytes,
        heads: dict[int, BidStatement],
        *,
        lie: bool = False,
        invalid: dict[int, Rule] | None = None,
    ) -> SignedAnswer:
        """What custodian `index` signs; a liar's first point is another one."""
        invalid = invalid or {}
        answered = [place for place in sorted(heads) if place not in invalid]
        points = [threshold.partial(self.shares[index - 1], heads[p].share) for p in answered]
        said = Answer(
            request=release.digest(body),
            custodian=index,
            answered=answered,
            results=list(points),
            invalid=[InvalidLeaf(place, rule) for place, rule in sorted(invalid.items())],
            proof=b"",
        )
        if points:
            order = [heads[place] for place in answered]
            about = release.answer_statement(self.key, said, order, points)
            proof = proofs.prove_equality(self.shares[index - 1], about)
            said = _with(said, proof=proof)
        if lie:
            false = group.base_mul(group.random_scalar())
            said = _with(said, results=[false, *said.results[1:]])
        return release.sign_answer(said, self.guards[index - 1].identity)

    def seal(self, signed: SignedAnswer) -> bytes:
        """The answer as it is posted: for the opening worker alone."""
        worker = X25519Recipient.from_string(parse_roster(self.roster_bytes).worker)
        sealed = io.BytesIO()
        age.encrypt(io.BytesIO(canonical.encode(signed)), sealed, [worker])
        return sealed.getvalue()

    def refuse(self, index: int, refusal: Refusal) -> bytes:
        signed = release.sign_refusal(refusal, self.guards[index - 1].identity)
        return canonical.encode(signed)


def hold(guards: list[Guard], roster_bytes: bytes, agreed: Terms) -> Council:
    """A whole ceremony for these terms."""
    terms_bytes = canonical.encode(agreed)
    session = terms.fingerprint(terms_bytes) + secrets.token_bytes(terms.SESSION_RANDOM_BYTES)
    keys = [dkg.StaticKey.generate() for _ in guards]
    publics = [key.public for key in keys]
    context = dkg.context(session, publics)
    messages = [
        dkg.round1(index, agreed.t, key.secret, publics, context)[0]
        for index, key in enumerate(keys, 1)
    ]
    outputs = [
        dkg.round2(index, agreed.t, key.secret, publics, context, messages)
        for index, key in enumerate(keys, 1)
    ]
    extension = certificate.extension(terms_bytes, messages)
    transcript = dkg.transcript(agreed.t, publics, context, messages, extension)
    made = Certificate(
        version="sunseal/certificate/v1",
        session=session,
        terms=terms_bytes,
        statics=[
            _static(guard, agreed.roster, session, index, key.public)
            for index, (guard, key) in enumerate(zip(guards, keys, strict=True), 1)
        ],
        transcript=transcript,
        signatures=[dkg.sign_transcript(key.secret, transcript) for key in keys],
    )
    shares = [output.share for output in outputs]
    return Council(guards, roster_bytes, shares, canonical.encode(made), session)


def deadline_of(request: ReleaseRequest, agreed: Terms) -> datetime:
    """Of the last amendment shown, or of the terms; real custodians check each of them."""
    shown = [amendment.parse(each.signed.amendment) for each in request.amendments]
    return shown[-1].deadline if shown else agreed.deadline


def heads_of(body: bytes) -> dict[int, BidStatement]:
    """The statements behind the leaves that a request asks for."""
    request: ReleaseRequest = release.parse_request(body)
    return {
        place: parse_statement(
            box.parse_leaf(request.leaves[place].detail).chain[-1].statement.statement
        )
        for place in request.answer
    }


def _static(guard: Guard, roster: bytes, session: bytes, index: int, public: bytes) -> StaticKey:
    message = certificate.static_message(roster, session, index, public)
    return StaticKey(
        public, signing.sign_labelled(guard.identity, certificate.STATIC_LABEL, message)
    )


def _with(answer: Answer, **changes: object) -> Answer:
    fields = {name: getattr(answer, name) for name in answer.__struct_fields__}
    return Answer(**(fields | changes))


def _no_seat() -> Seat:
    """Rules about the box look at no seat."""
    return None  # type: ignore[return-value]
