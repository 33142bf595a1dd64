"""Two proofs in zero knowledge: a bidder made its share, and a custodian answered honestly.

Both are Schnorr proofs made non-interactive by hashing. Fields are length-prefixed (`framing`),
integers inside them are 4 bytes big-endian, hashes to scalars are SHA-512 modulo L.
"""

import hashlib
import secrets
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from sunseal_crypto import group
from sunseal_crypto.blame import blaming
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.framing import fields
from sunseal_crypto.group import Point, Scalar

AUTHORSHIP_LABEL = b"sunseal/authorship/v1"
EQUALITY_LABEL = b"sunseal/equality/v1"

PROOF_SIZE = 64
HASH_SIZE = 32
RANDOM_SIZE = 32
MAX_INTEGER = 2**32 - 1


class AuthorshipContext(msgspec.Struct, frozen=True):
    """Where a share belongs. `terms` and `body_hash` are SHA-256, `pseudonym` an Ed25519 key."""

    origin: str
    tender: str
    envelope: str
    terms: bytes
    pseudonym: bytes
    body_hash: bytes


class AnswerStatement(msgspec.Struct, frozen=True):
    """That D_k = x_i · E_k for every answered leaf, with x_i the secret behind Y_i.

    `shares` are the X25519 shares as bidders wrote them, each standing for its even-x lift E_k;
    `results` are the points D_k; `answered` are the leaf indexes, ascending.
    """

    origin: str
    key_id: bytes
    request_hash: bytes
    index: int
    verification_share: bytes
    answered: tuple[int, ...]
    shares: tuple[bytes, ...]
    results: tuple[bytes, ...]


def prove_authorship(ephemeral_secret: bytes, context: AuthorshipContext) -> bytes:
    """Proof of knowing the X25519 secret (32 bytes, clamped or not) of an envelope stanza.

    A share can be blinded (r · E) by somebody who cannot open it, and the custodians' answer
    unblinded again. Whoever does that cannot make this proof.
    """
    secret = _even_secret(ephemeral_secret)
    point = group.base_mul(secret)
    bound = _authorship_fields(context, point)
    nonce = _hedged_nonce(AUTHORSHIP_LABEL, secret, bound)
    commitment = group.base_mul(nonce)
    challenge = _hash_to_scalar(bound, commitment)
    return commitment + group.scalar_add(nonce, group.scalar_mul(challenge, secret))


def verify_authorship(share: bytes, proof: bytes, context: AuthorshipContext) -> None:
    """Raises Malformed for a bad share or proof, Unverified when the proof does not hold."""
    point = group.even_lift(share)  # multiplied below, which finds out whether it is a point
    commitment_bytes, response_bytes = _halves(proof)
    commitment = group.parse_point(commitment_bytes)
    response = group.parse_scalar(response_bytes)
    challenge = _hash_to_scalar(_authorship_fields(context, point), commitment)
    if group.base_mul(response) != group.add(commitment, group.mul(challenge, point)):
        raise Unverified("the proof of authorship does not hold for this share and statement")


def prove_equality(secret: bytes, statement: AnswerStatement) -> bytes:
    """One proof, c ‖ s, for all answers of the custodian that holds `secret`."""
    x = group.parse_scalar(secret)
    if group.base_mul(x) != statement.verification_share:
        raise Unverified("this secret does not belong to the verification share")
    # 1. All items become one pair, under weights that nobody can choose.
    _check_index(statement.index)
    _check_answered(statement)
    lifts = _lifts(statement)
    seed = answer_seed(statement, lifts)
    weights = answer_weights(seed, len(lifts))
    m = group.weighted_sum(weights, lifts)
    z = group.mul(x, m)
    # 2. A fault while computing one result would otherwise end as signed evidence of a lie.
    if group.weighted_sum(weights, statement.results) != z:
        raise Unverified("a result is not the secret times its share")
    # 3. The proof for that pair.
    nonce = _hedged_nonce(EQUALITY_LABEL, x, seed, m)
    challenge = equality_challenge(seed, m, z, group.base_mul(nonce), group.mul(nonce, m))
    return challenge + group.scalar_sub(nonce, group.scalar_mul(challenge, x))


def verify_equality(statement: AnswerStatement, proof: bytes) -> None:
    """Raises Blamed with the custodian's index for whatever is wrong with its answer.

    Shares and verification share are the verifier's own part of the statement: Malformed.
    """
    _check_index(statement.index)
    step = "the answer"
    with blaming(statement.index, step):
        _check_answered(statement)
    lifts = _lifts(statement)
    public = group.parse_point(statement.verification_share)
    seed = answer_seed(statement, lifts)
    weights = answer_weights(seed, len(lifts))
    m = group.weighted_sum(weights, lifts)
    with blaming(statement.index, step):
        challenge, response = map(group.parse_scalar, _halves(proof))
        z = group.weighted_sum(weights, statement.results)
        at_base = group.add(group.base_mul(response), group.mul(challenge, public))
        at_m = group.add(group.mul(response, m), group.mul(challenge, z))
        if equality_challenge(seed, m, z, at_base, at_m) != challenge:
            raise Unverified("the proof does not fit the shares and results")


def answer_seed(statement: AnswerStatement, lifts: Sequence[bytes]) -> bytes:
    """The hash of everything claimed, every share (as its lift E_k) and every result.

    RFC 9497 derives the weight of an item from that item alone; a prover can then search, item by
    item, for false results whose weighted errors cancel (a generalised birthday problem, feasible
    with thousands of items). Here one other bit anywhere changes every weight.
    """
    return hashlib.sha512(
        fields(
            EQUALITY_LABEL,
            b"seed",
            statement.origin.encode(),
            statement.key_id,
            statement.request_hash,
            _integer(statement.index),
            statement.verification_share,
            _integer(len(lifts)),
            *map(_integer, statement.answered),
            *lifts,
            *statement.results,
        )
    ).digest()


def answer_weights(seed: bytes, count: int) -> list[Scalar]:
    """d_1 … d_count."""
    return [
        _hash_to_scalar(fields(EQUALITY_LABEL, b"weight", seed, _integer(k)))
        for k in range(1, count + 1)
    ]


def equality_challenge(seed: bytes, m: Point, z: Point, at_base: Point, at_m: Point) -> Scalar:
    """c, over both commitments r · B and r · M."""
    return _hash_to_scalar(fields(EQUALITY_LABEL, b"challenge", seed, m, z, at_base, at_m))


def _lifts(statement: AnswerStatement) -> list[bytes]:
    """E_1 … E_m, which the multiplication by a weight will find to be points, or not."""
    if len(statement.shares) != len(statement.answered):
        raise Malformed(f"{len(statement.shares)} shares for {len(statement.answered)} leaves")
    return [group.even_lift(share) for share in statement.shares]


def _check_index(index: int) -> None:
    if not 1 <= index <= MAX_INTEGER:
        raise Malformed(f"{index} is not the index of a custodian")


def _check_answered(statement: AnswerStatement) -> None:
    answered = statement.answered
    if not answered:
        raise Malformed("nothing is answered")
    if len(statement.results) != len(answered):
        raise Malformed(f"{len(statement.results)} results for {len(answered)} answered leaves")
    if any(before >= after for before, after in pairwise(answered)):
        raise Malformed("the answered leaves are not in ascending order, each once")
    if answered[0] < 0 or answered[-1] > MAX_INTEGER:
        raise Malformed("the index of a leaf is out of range")


def _even_secret(ephemeral_secret: bytes) -> Scalar:
    """The clamped secret modulo L, negated if its point has odd x, since u tells no sign."""
    if len(ephemeral_secret) != group.SIZE:
        raise Malformed(f"an X25519 secret has {group.SIZE} bytes, not {len(ephemeral_secret)}")
    clamped = bytearray(ephemeral_secret)
    clamped[0] &= 248
    clamped[31] = clamped[31] & 127 | 64
    scalar = group.reduce(bytes(clamped) + bytes(group.SIZE))
    odd = group.x_is_odd(group.base_mul(scalar))
    return group.scalar_negate(scalar) if odd else scalar


def _authorship_fields(context: AuthorshipContext, point: bytes) -> bytes:
    if len(context.terms) != HASH_SIZE or len(context.body_hash) != HASH_SIZE:
        raise Malformed(f"terms and stanza body are named by hashes of {HASH_SIZE} bytes")
    if len(context.pseudonym) != group.SIZE:
        raise Malformed(f"a pseudonym key has {group.SIZE} bytes")
    return fields(
        AUTHORSHIP_LABEL,
        context.origin.encode(),
        context.tender.encode(),
        context.envelope.encode(),
        context.terms,
        context.pseudonym,
        context.body_hash,
        point,
    )


def _hedged_nonce(label: bytes, secret: Scalar, *bound: bytes) -> Scalar:
    """Hashed with the statement, in case randomness repeats; random, in case a fault is provoked.

    The same nonce under two challenges gives the secret away.
    """
    context = hashlib.sha512(fields(*bound)).digest()
    nonce = _hash_to_scalar(fields(label, secret, secrets.token_bytes(RANDOM_SIZE), context))
    if nonce == group.ZERO:
        raise Unverified("the nonce is zero: try again")
    return nonce


def _hash_to_scalar(data: bytes, *more: bytes) -> Scalar:
    """SHA-512 modulo L of `data`, already framed, and of `more`, framed here."""
    return group.reduce(hashlib.sha512(data + fields(*more)).digest())


def _halves(proof: bytes) -> tuple[bytes, bytes]:
    if len(proof) != PROOF_SIZE:
        raise Malformed(f"a proof has {PROOF_SIZE} bytes, not {len(proof)}")
    return proof[: group.SIZE], proof[group.SIZE :]


def _integer(number: int) -> bytes:
    return number.to_bytes(4, "big")
