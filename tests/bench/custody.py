"""Ceremonies, and what an opening costs a custodian and the worker for each bid."""

import os
from collections.abc import Iterator

import msgspec

from sunseal_crypto import certificate, group, proofs, release, statement, threshold
from sunseal_crypto.proofs import AuthorshipContext
from sunseal_crypto.release import Answer
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import BidStatement, SignedStatement
from tests.bench.row import Row, best
from tests.crypto.bids import FIRST
from tests.crypto.rosters import ceremony

BIDS = 300
CUSTODIANS, THRESHOLD = 5, 3


def measure() -> Iterator[Row]:
    multiplication = _multiplication()
    elapsed = best(lambda: ceremony(CUSTODIANS, THRESHOLD))
    yield Row.beside(
        "ceremony_3of5",
        elapsed * 1000,
        "ms",
        "one scalar multiplication, ms",
        multiplication * 1000,
    )
    made = ceremony(CUSTODIANS, THRESHOLD)
    key = certificate.verify(made.data, made.roster)
    signed = [_bid() for _ in range(BIDS)]

    def check() -> dict[int, BidStatement]:
        heads = dict(enumerate(map(statement.verify, signed)))
        for head in heads.values():
            proofs.verify_authorship(head.share, head.proof, context_of(head))
        return heads

    def answer() -> Answer:
        heads = check()
        share = made.shares[0]
        results = [threshold.partial(share, head.share) for head in heads.values()]
        draft = Answer(
            request=bytes(32),
            custodian=1,
            answered=list(heads),
            results=results,
            invalid=[],
            proof=b"",
        )
        about = release.answer_statement(key, draft, list(heads.values()), results)
        return msgspec.structs.replace(draft, proof=proofs.prove_equality(share, about))

    per_bid = best(answer) / BIDS
    yield Row.beside("answer_per_bid", per_bid * 1000, "ms", "1 ms allowed", 1.0)
    given, heads = answer(), check()
    verify = best(lambda: release.verify_answer(key, given, heads)) / BIDS
    yield Row.beside(
        "verify_per_share",
        verify * 1e6,
        "µs",
        "one scalar multiplication, µs",
        multiplication * 1e6,
    )


def context_of(head: BidStatement) -> AuthorshipContext:
    return AuthorshipContext(
        head.origin, head.tender, head.envelope, head.terms, head.pseudonym, head.body_hash
    )


def _bid() -> SignedStatement:
    bidder, secret = SigningKey.generate(), os.urandom(32)
    clamped = bytearray(secret)
    clamped[0] &= 248
    clamped[31] = clamped[31] & 127 | 64
    point = group.base_mul(group.reduce(bytes(clamped) + bytes(32)))
    head = msgspec.structs.replace(FIRST, pseudonym=bidder.public, share=group.to_montgomery(point))
    proof = proofs.prove_authorship(secret, context_of(head))
    return statement.sign(msgspec.structs.replace(head, proof=proof), bidder)


def _multiplication() -> float:
    """Seconds of one multiplication of a point by a scalar: the limit of everything here."""
    scalar, point = group.random_scalar(), group.base_mul(group.random_scalar())

    def many() -> None:
        for _ in range(1000):
            group.mul(scalar, point)

    return best(many) / 1000
