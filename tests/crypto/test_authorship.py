"""The proof that whoever submits a share knows its secret."""

import hashlib
import os

import msgspec
import pytest

from sunseal_crypto import group, proofs
from sunseal_crypto.age import x25519
from sunseal_crypto.errors import CryptoError, Malformed, Unverified
from sunseal_crypto.group import L, Scalar
from tests.crypto.ceremonies import flip, mixed_order

CONTEXT = proofs.AuthorshipContext(
    origin="tenders.example",
    tender="T-1",
    envelope="1",
    terms=hashlib.sha256(b"terms").digest(),
    pseudonym=group.base_mul(group.random_scalar()),
    body_hash=hashlib.sha256(b"body").digest(),
)


def share_of(secret: bytes) -> bytes:
    recipient = x25519.X25519Identity.generate().recipient()
    return x25519.share(x25519.wrap(bytes(16), recipient, secret))


def clamped(secret: bytes) -> Scalar:
    number = int.from_bytes(secret, "little")
    return group.small_scalar(number & (2**254 - 8) | 2**254)


def secret_with(odd: bool) -> bytes:
    while group.x_is_odd(group.base_mul(clamped(secret := os.urandom(32)))) is not odd:
        pass
    return secret


@pytest.mark.parametrize("odd", [False, True], ids=["even x", "odd x"])
def test_both_signs_of_x(odd: bool) -> None:
    for _ in range(5):
        secret = secret_with(odd)
        proof = proofs.prove_authorship(secret, CONTEXT)
        assert len(proof) == 64
        proofs.verify_authorship(share_of(secret), proof, CONTEXT)


SECRET = os.urandom(32)
SHARE = share_of(SECRET)
PROOF = proofs.prove_authorship(SECRET, CONTEXT)

OTHER_PLACES: dict[str, object] = {
    "origin": "tenders.example.org",
    "tender": "T-2",
    "envelope": "2",
    "terms": hashlib.sha256(b"other terms").digest(),
    "pseudonym": group.base_mul(group.random_scalar()),
    "body_hash": hashlib.sha256(b"other body").digest(),
}


@pytest.mark.parametrize(("name", "value"), OTHER_PLACES.items(), ids=OTHER_PLACES)
def test_a_proof_belongs_to_one_place(name: str, value: object) -> None:
    elsewhere = msgspec.structs.replace(CONTEXT, **{name: value})
    with pytest.raises(Unverified, match="does not hold"):
        proofs.verify_authorship(SHARE, PROOF, elsewhere)


def test_fields_cannot_be_shifted_into_one_another() -> None:
    shifted = msgspec.structs.replace(CONTEXT, tender="T-", envelope="11")
    with pytest.raises(Unverified, match="does not hold"):
        proofs.verify_authorship(SHARE, PROOF, shifted)


def test_a_blinded_share_could_be_unblinded_and_cannot_be_claimed() -> None:
    """An insider submits r · E of somebody's bid and, at the opening, divides the answer by r."""
    victim = group.from_montgomery(SHARE)
    custodian, blind = group.random_scalar(), group.random_scalar()
    blinded = group.mul(blind, victim)
    unblind = group.small_scalar(pow(int.from_bytes(blind, "little"), -1, L))
    answer = group.mul(custodian, blinded)
    assert group.mul(unblind, answer) == group.mul(custodian, victim)

    share = group.to_montgomery(blinded)
    sign = group.scalar_negate if group.x_is_odd(blinded) else lambda scalar: scalar
    factor = sign(blind)
    commitment, response = group.parse_point(PROOF[:32]), group.parse_scalar(PROOF[32:])
    attempts = [
        PROOF,
        commitment + group.scalar_mul(factor, response),
        group.mul(factor, commitment) + group.scalar_mul(factor, response),
        proofs.prove_authorship(blind, CONTEXT),
    ]
    for proof in attempts:
        with pytest.raises(Unverified, match="does not hold"):
            proofs.verify_authorship(share, proof, CONTEXT)


LARGER = (int.from_bytes(PROOF[32:], "little") + L).to_bytes(32, "little")
BAD_PROOFS = {
    "empty": (b"", "a proof has 64 bytes, not 0"),
    "cut off": (PROOF[:63], "a proof has 64 bytes, not 63"),
    "too long": (PROOF + b"\0", "a proof has 64 bytes, not 65"),
    "unreduced response": (PROOF[:32] + LARGER, "not canonical"),
    "identity as R": (group.IDENTITY + PROOF[32:], "identity"),
    "mixed-order R": (mixed_order(PROOF[:32]) + PROOF[32:], "subgroup"),
    "flipped response": (flip(PROOF, 40), "does not hold"),
    "zero response": (PROOF[:32] + bytes(32), "does not hold"),
}


@pytest.mark.parametrize(("proof", "reason"), BAD_PROOFS.values(), ids=BAD_PROOFS)
def test_bad_proofs_are_refused(proof: bytes, reason: str) -> None:
    with pytest.raises(CryptoError, match=reason):
        proofs.verify_authorship(SHARE, proof, CONTEXT)


def test_a_share_with_the_top_bit_is_refused_before_its_proof() -> None:
    with pytest.raises(Malformed, match="top bit"):
        proofs.verify_authorship(SHARE[:31] + bytes([SHARE[31] | 0x80]), PROOF, CONTEXT)


def test_two_proofs_share_no_nonce() -> None:
    again = proofs.prove_authorship(SECRET, CONTEXT)
    assert again[:32] != PROOF[:32]
    proofs.verify_authorship(SHARE, again, CONTEXT)


@pytest.mark.parametrize("name", ["terms", "body_hash", "pseudonym"])
def test_fields_of_the_wrong_length_are_refused(name: str) -> None:
    cut = msgspec.structs.replace(CONTEXT, **{name: bytes(31)})
    with pytest.raises(Malformed, match="32 bytes"):
        proofs.prove_authorship(SECRET, cut)


def test_a_secret_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(Malformed, match="32 bytes, not 31"):
        proofs.prove_authorship(SECRET[:31], CONTEXT)
