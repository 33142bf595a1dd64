"""Answering a release request: journal first, then a commitment, and the answer last of all.

The answer opens bids, so it leaves only when everybody can see in the log that it was given, and
only sealed for the opening worker named in the roster.
"""

import io
from datetime import datetime

import msgspec

from sunseal_crypto import age, canonical, certificate, proofs, release, terms, threshold
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.release import Answer, Refusal, ReleaseRequest, SignedAnswer
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text
from sunseal_parties.custodian import release as rules
from sunseal_parties.custodian.box_rules import check_box
from sunseal_parties.custodian.ceremony_book import Ceremony
from sunseal_parties.custodian.facts import Decision, Facts, Shown
from sunseal_parties.custodian.http import RequestWork
from sunseal_parties.custodian.journal import Journal, Message
from sunseal_parties.custodian.keys import Seat
from sunseal_parties.custodian.refusals import ForkShown, RefusalError


class Releases:
    """Answers for the custodian at `seat`, whose identity key is `identity`."""

    def __init__(self, journal: Journal, seat: Seat, identity: SigningKey) -> None:
        assert seat.index is not None
        self._journal = journal
        self._seat = seat
        self._identity = identity
        self._index = seat.index
        self._keys: dict[bytes, EnvelopeKey] = {}

    def advance(self, work: RequestWork, trouble: str | None, now: datetime) -> Message:
        """What to say about a request: a refusal, the commitment to an answer, or the answer.

        Raises RefusalError when a committed answer cannot leave yet.
        """
        digest = release.digest(work.body)
        commitment = self._journal.said("commitment", digest.hex())
        if commitment is None:
            return self._decide_or_refuse(work, digest, trouble, now)
        if work.commitment_receipt is None:
            return commitment
        try:
            return self._answer_of(work, digest, commitment, trouble)
        except ForkShown as fork:
            self._keep_proof(fork)
            raise

    def _decide_or_refuse(
        self, work: RequestWork, digest: bytes, trouble: str | None, now: datetime
    ) -> Message:
        try:
            return self._decide(work, digest, trouble, now)
        except RefusalError as refused:
            return self._refuse(digest, refused, now)
        except CryptoError as fault:
            return self._refuse(digest, RefusalError("malformed", str(fault)), now)

    def _decide(
        self, work: RequestWork, digest: bytes, trouble: str | None, now: datetime
    ) -> Message:
        request = release.parse_request(work.body)
        held = self._held(request)
        shown = Shown(request, digest, work.box_receipt.encode(), work.request_receipt.encode())
        facts = self._facts(request, held, trouble)
        closing = rules.check_shown(shown, facts, now)
        # The first box that the log shows for a key is the key's only one, even if this request
        # is refused: a platform must not try boxes until one suits it.
        box_of_key = self._journal.releases.bind_box(facts.key.id, closing.root)
        decision = check_box(shown, facts, closing, box_of_key)
        return self._journal_answer(request, digest, self._answer(digest, decision, facts, held))

    def _answer(
        self, request: bytes, decision: Decision, facts: Facts, held: Ceremony
    ) -> SignedAnswer:
        """D = x_i · E for each leaf, and one proof that each D is right."""
        share = _share(held)
        heads = [head for _, head in decision.answered]
        results = [threshold.partial(share, head.share) for head in heads]
        answer = Answer(
            request=request,
            custodian=self._index,
            answered=[position for position, _ in decision.answered],
            results=list(results),
            invalid=decision.invalid,
            proof=b"",
        )
        if results:
            statement = release.answer_statement(facts.key, answer, heads, results)
            proof = proofs.prove_equality(share, statement)
            answer = msgspec.structs.replace(answer, proof=proof)
        return release.sign_answer(answer, self._identity)

    def _journal_answer(
        self, request: ReleaseRequest, digest: bytes, signed: SignedAnswer
    ) -> Message:
        """Sealed answer and commitment become durable together; from here on both are fixed."""
        sealed = io.BytesIO()
        age.encrypt(io.BytesIO(canonical.encode(signed)), sealed, [self._seat.worker])
        states = [opened.state for opened in request.leaves]
        with self._journal.transaction():
            self._journal.releases.record(request.key, request.number, digest, states)
            self._journal.say("answer", digest.hex(), sealed.getvalue())
            return self._journal.say("commitment", digest.hex(), release.commitment(signed))

    def _answer_of(
        self, work: RequestWork, digest: bytes, commitment: Message, trouble: str | None
    ) -> Message:
        """The answer, once our commitment to it is under a checkpoint that we have cosigned."""
        assert work.commitment_receipt is not None
        request = release.parse_request(work.body)
        facts = self._facts(request, self._held(request), trouble)
        if (why := facts.fork or trouble) is not None:
            raise RefusalError("forked-log", why)
        receipt = work.commitment_receipt.encode()
        _, logged = rules.open_receipt(receipt, facts, rules.RELEASE_ANSWER)
        expected = {
            "request": base64_text(digest),
            "custodian": str(self._index),
            "commitment": base64_text(commitment.body),
        }
        if logged.data != expected:
            raise RefusalError("unlogged-request", "the log holds another commitment")
        answer = self._journal.said("answer", digest.hex())
        assert answer is not None
        return answer

    def _held(self, request: ReleaseRequest) -> Ceremony:
        held = self._journal.ceremonies.of_key(request.key)
        if held is None:
            raise RefusalError("unknown-key", "this custodian holds no part of the key")
        if held.erased:
            raise RefusalError("unknown-key", f"our part of the key is erased: it is {held.state}")
        return held

    def _key(self, held: Ceremony) -> EnvelopeKey:
        if terms.parse(held.terms).roster != self._seat.fingerprint:
            raise RefusalError("unknown-roster", "the key was made for another roster")
        if held.session not in self._keys:
            assert held.certificate is not None
            self._keys[held.session] = certificate.verify(held.certificate, self._seat.roster_bytes)
        return self._keys[held.session]

    def _facts(self, request: ReleaseRequest, held: Ceremony, trouble: str | None) -> Facts:
        key, releases = self._key(held), self._journal.releases
        return Facts(
            key=key,
            seat=self._seat,
            history=self._journal.log,
            fork=self._journal.log.fork(),
            trouble=trouble,
            acknowledged=self._journal.amendments.of_session(held.session),
            answered=releases.answered(key.id, request.number),
            first=releases.first_states(key.id),
        )

    def _refuse(self, digest: bytes, refused: RefusalError, now: datetime) -> Message:
        """Signed, and made once for a request and a rule: later polls say the same bytes."""
        if isinstance(refused, ForkShown):
            self._keep_proof(refused)
        refusal = Refusal(
            request=digest,
            custodian=self._index,
            rule=refused.rule,
            sentence=refused.sentence[:1000],
            at=now,
        )
        body = canonical.encode(release.sign_refusal(refusal, self._identity))
        return self._journal.say("refusal", f"{digest.hex()}/{refused.rule}", body)

    def _keep_proof(self, fork: ForkShown) -> None:
        # One is enough, wherever it was shown: nothing is cosigned or answered after it.
        self._journal.log.record_fork(fork.sentence, fork.evidence)


def _share(held: Ceremony) -> bytes:
    if held.share is None:
        raise RefusalError("unknown-key", "our part of the key is not stored")
    return held.share
