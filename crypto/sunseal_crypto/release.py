"""The release: the platform asks after not-before, custodians answer or refuse, all of it signed.

A request shows every leaf of the box, pads included, so that a custodian can recount it. An answer
holds one point for each leaf asked about and one proof for all of them; a signed refusal names the
rule. So "too few answered" and "this custodian lied" can both be proved later.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from sunseal_crypto import canonical, proofs
from sunseal_crypto.amendment import ShownAmendment
from sunseal_crypto.blame import blaming
from sunseal_crypto.box import OpenedLeaf
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.signing import SigningKey, sign_labelled, verify_labelled
from sunseal_crypto.statement import BidStatement

ANSWER_LABEL = b"sunseal/answer/v1"
REFUSAL_LABEL = b"sunseal/refusal/v1"
COMMITMENT_LABEL = b"sunseal/answer-commitment/v1\n"
# 65,536 leaves, each with a chain of statements and their paths, in the largest box.
MAX_REQUEST_BYTES = 512 << 20
MAX_ANSWER_BYTES = 16 << 20

Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
Rule = Literal[
    "malformed",
    "unknown-key",
    "unknown-roster",
    "time-not-reached",
    "changed-timetable",
    "clock-off",
    "forked-log",
    "unlogged-request",
    "second-box",
    "changed-list",
    "shortened-list",
    "late-leaf",
    "withdrawn-bid",
    "below-minimum",
    "missing-authorship",
    "bad-share",
    "bad-statement",
]


class ReleaseRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`key` is the EnvelopeKey's id, `terms` its terms' hash, `box` the root of the closed box.

    `answer` are the positions of the leaves to open, ascending. Number 1 shows the box; later ones
    ask from the same box for leaves that were pending then. `amendments` are all that are in force,
    in their order.
    """

    version: Literal["sunseal/release-request/v1"] = "sunseal/release-request/v1"
    origin: str
    tender: str
    envelope: str
    number: Annotated[int, Meta(ge=1)]
    key: Hash
    terms: Hash
    box: Hash
    amendments: list[ShownAmendment]
    leaves: list[OpenedLeaf]
    answer: list[int]


class InvalidLeaf(Struct, frozen=True, forbid_unknown_fields=True):
    """A leaf that was asked for and is not answered, while the others are."""

    leaf: int
    rule: Rule


class Answer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`results` are the points D, in the order of `answered`; `proof` is empty when nothing is."""

    version: Literal["sunseal/answer/v1"] = "sunseal/answer/v1"
    request: Hash
    custodian: Annotated[int, Meta(ge=1)]
    answered: list[int]
    results: list[Hash]
    invalid: list[InvalidLeaf]
    proof: bytes


class SignedAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Exact bytes of an Answer, signed by the custodian's identity key; `nonce` blinds its
    commitment in the log, so that nobody tests guesses about it."""

    answer: bytes
    signature: Signature
    nonce: Hash


class Refusal(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    version: Literal["sunseal/refusal/v1"] = "sunseal/refusal/v1"
    request: Hash
    custodian: Annotated[int, Meta(ge=1)]
    rule: Rule
    sentence: str
    at: datetime


class SignedRefusal(Struct, frozen=True, forbid_unknown_fields=True):
    refusal: bytes
    signature: Signature


def parse_request(data: bytes) -> ReleaseRequest:
    """Reads a request's form; what it claims is for custodians to check. Raises Malformed."""
    request = canonical.decode(ReleaseRequest, data, limit=MAX_REQUEST_BYTES)
    if any(
        before >= after for before, after in zip(request.answer, request.answer[1:], strict=False)
    ):
        raise Malformed("release request: the positions to answer are not ascending")
    if request.answer and not 0 <= request.answer[0] <= request.answer[-1] < len(request.leaves):
        raise Malformed("release request: a position outside the box")
    return request


def digest(data: bytes) -> bytes:
    """How answers, refusals and the log name a request."""
    return hashlib.sha256(data).digest()


def answer_statement(
    key: EnvelopeKey, answer: Answer, heads: Sequence[BidStatement], results: Sequence[bytes]
) -> proofs.AnswerStatement:
    """What the proof of `answer` is about; `heads` are the statements behind `answer.answered`."""
    return proofs.AnswerStatement(
        origin=key.terms.origin,
        key_id=key.id,
        request_hash=answer.request,
        index=answer.custodian,
        verification_share=key.shares[answer.custodian - 1],
        answered=tuple(answer.answered),
        shares=tuple(head.share for head in heads),
        results=tuple(results),
    )


def sign_answer(answer: Answer, identity: SigningKey) -> SignedAnswer:
    data = canonical.encode(answer)
    return SignedAnswer(data, sign_labelled(identity, ANSWER_LABEL, data), secrets.token_bytes(32))


def commitment(signed: SignedAnswer) -> bytes:
    """What the log holds before the answer leaves the custodian."""
    return hashlib.sha256(COMMITMENT_LABEL + canonical.encode(signed)).digest()


def open_answer(data: bytes, identity: bytes, custodian: int, request: bytes) -> Answer:
    """The answer in a SignedAnswer's bytes, signed for this request. Raises Blamed, Malformed."""
    signed = canonical.decode(SignedAnswer, data, limit=MAX_ANSWER_BYTES)
    with blaming(custodian, "the answer"):
        verify_labelled(identity, ANSWER_LABEL, signed.answer, signed.signature)
        answer = canonical.decode(Answer, signed.answer, limit=MAX_ANSWER_BYTES)
        if answer.custodian != custodian or answer.request != request:
            raise Unverified("it is signed for another request or custodian")
    return answer


def verify_answer(
    key: EnvelopeKey, answer: Answer, asked: dict[int, BidStatement]
) -> dict[int, bytes]:
    """The points D by leaf, once the proof holds for them. `asked` are the heads by position.

    Raises Blamed with the custodian's index, Malformed.
    """
    with blaming(answer.custodian, "the answer"):
        named = sorted([*answer.answered, *(invalid.leaf for invalid in answer.invalid)])
        if named != sorted(asked):
            raise Unverified("it does not account for exactly the leaves asked about")
        if not answer.answered and not answer.results and not answer.proof:
            return {}
    heads = [asked[leaf] for leaf in answer.answered]
    proofs.verify_equality(answer_statement(key, answer, heads, answer.results), answer.proof)
    return dict(zip(answer.answered, answer.results, strict=True))


def sign_refusal(refusal: Refusal, identity: SigningKey) -> SignedRefusal:
    data = canonical.encode(refusal)
    return SignedRefusal(data, sign_labelled(identity, REFUSAL_LABEL, data))


def open_refusal(data: bytes, identity: bytes, custodian: int, request: bytes) -> Refusal:
    """Raises Blamed, Malformed."""
    signed = canonical.decode(SignedRefusal, data)
    with blaming(custodian, "the refusal"):
        verify_labelled(identity, REFUSAL_LABEL, signed.refusal, signed.signature)
        refusal = canonical.decode(Refusal, signed.refusal)
        if refusal.custodian != custodian or refusal.request != request:
            raise Unverified("it is signed for another request or custodian")
    return refusal
