"""Why the whole statement is in the seed: the k-list forgery, on toy weights.

RFC 9497 computes the weight of item k from item k. A prover that knows its secret adds an error
δ_k · B to each result and looks for errors with Σ d_k · δ_k = 0. Each δ_k gives an independent
weight, so four lists of candidates meet in the middle (Wagner's algorithm). With 16-bit weights and
four items this takes a moment; with real weights it takes thousands of items instead of four, and
a tender may have them.
"""

import hashlib
from itertools import product

import msgspec
import pytest

from sunseal_crypto import group, proofs, threshold
from sunseal_crypto.errors import Blamed
from sunseal_crypto.framing import fields
from sunseal_crypto.group import Point
from tests.crypto.test_equality import SECRET, statement_of

WEIGHT_BYTES = 2
CANDIDATES = 256

HONEST = statement_of(SECRET, 4)
LIFTS = [group.from_montgomery(share) for share in HONEST.shares]
BASE = group.base_mul(group.small_scalar(1))

# A candidate for one item: the error, the error times its weight, and the false result.
Candidate = tuple[int, int, Point]


def toy_rfc_weight(k: int, lift: bytes, result: bytes) -> int:
    """The RFC's form: key, number, and this one item."""
    item = fields(HONEST.verification_share, bytes([k]), lift, result)
    return int.from_bytes(hashlib.sha512(item).digest()[:WEIGHT_BYTES], "little")


def candidates(k: int) -> list[Candidate]:
    """Items 0 and 1 err upwards, items 2 and 3 downwards, so that sums can cancel."""
    sign = 1 if k < 2 else -1
    step = BASE if sign == 1 else group.base_mul(group.small_scalar(-1))
    result = Point(HONEST.results[k])
    found = []
    for size in range(1, CANDIDATES + 1):
        result = group.add(result, step)
        weighted = sign * size * toy_rfc_weight(k, LIFTS[k], result)
        found.append((sign * size, weighted, result))
    return found


def forge() -> tuple[Point, ...]:
    lists = [candidates(k) for k in range(4)]
    first_half = {a[1] + b[1]: (a, b) for a, b in product(lists[0], lists[1])}
    for c, d in product(lists[2], lists[3]):
        if pair := first_half.get(-(c[1] + d[1])):
            return tuple(candidate[2] for candidate in (*pair, c, d))
    raise AssertionError("no forgery among 2³² combinations")


FORGED = forge()


def test_weights_by_item_accept_false_results() -> None:
    assert all(false != true for false, true in zip(FORGED, HONEST.results, strict=True))
    weights = [
        group.small_scalar(toy_rfc_weight(k, LIFTS[k], result)) for k, result in enumerate(FORGED)
    ]
    m = group.weighted_sum(weights, LIFTS)
    assert group.mul(SECRET, m) == group.weighted_sum(weights, FORGED)


def cheat(statement: proofs.AnswerStatement) -> bytes:
    """What `prove_equality` does, without the check that stops an honest prover."""
    seed = proofs.answer_seed(statement, LIFTS)
    m = group.weighted_sum(proofs.answer_weights(seed, len(LIFTS)), LIFTS)
    nonce = group.random_scalar()
    challenge = proofs.equality_challenge(
        seed, m, group.mul(SECRET, m), group.base_mul(nonce), group.mul(nonce, m)
    )
    return challenge + group.scalar_sub(nonce, group.scalar_mul(challenge, SECRET))


def test_our_seed_refuses_the_same_results() -> None:
    proofs.verify_equality(HONEST, cheat(HONEST))
    forged = msgspec.structs.replace(HONEST, results=FORGED)
    with pytest.raises(Blamed, match="does not fit") as raised:
        proofs.verify_equality(forged, cheat(forged))
    assert raised.value.culprit == HONEST.index


def test_any_other_result_changes_every_weight() -> None:
    """So there is nothing to search item by item."""
    honest = proofs.answer_weights(proofs.answer_seed(HONEST, LIFTS), 4)
    assert len(set(honest)) == 4
    for k in range(4):
        results = list(HONEST.results)
        results[k] = group.add(Point(results[k]), BASE)
        other = msgspec.structs.replace(HONEST, results=tuple(results))
        weights = proofs.answer_weights(proofs.answer_seed(other, LIFTS), 4)
        assert not set(weights) & set(honest)


def test_any_other_share_changes_every_weight() -> None:
    honest = proofs.answer_weights(proofs.answer_seed(HONEST, LIFTS), 4)
    for k in range(4):
        lifts = list(LIFTS)
        lifts[k] = threshold.partial(SECRET, HONEST.shares[k])
        weights = proofs.answer_weights(proofs.answer_seed(HONEST, lifts), 4)
        assert not set(weights) & set(honest)
