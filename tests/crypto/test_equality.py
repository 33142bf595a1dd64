"""The batched proof of a custodian's answers, and every way an answer can lie."""

import hashlib

import msgspec
import pytest

from sunseal_crypto import group, proofs, threshold
from sunseal_crypto.errors import Blamed, Malformed, Unverified
from sunseal_crypto.group import IDENTITY, L, Point, Scalar
from tests.crypto.ceremonies import ORDER_TWO, flip, mixed_order

SECRET = group.random_scalar()


def statement_of(secret: Scalar, count: int) -> proofs.AnswerStatement:
    shares = [group.to_montgomery(group.base_mul(group.random_scalar())) for _ in range(count)]
    return proofs.AnswerStatement(
        origin="tenders.example",
        key_id=hashlib.sha256(b"transcript").digest(),
        request_hash=hashlib.sha256(b"request").digest(),
        index=3,
        verification_share=group.base_mul(secret),
        answered=tuple(range(0, 5 * count, 5)),
        shares=tuple(shares),
        results=tuple(threshold.partial(secret, share) for share in shares),
    )


STATEMENT = statement_of(SECRET, 4)
PROOF = proofs.prove_equality(SECRET, STATEMENT)
RESULTS = STATEMENT.results


def changed(**changes: object) -> proofs.AnswerStatement:
    return msgspec.structs.replace(STATEMENT, **changes)


@pytest.mark.parametrize("count", [1, 2, 9])
def test_an_honest_answer_verifies(count: int) -> None:
    statement = statement_of(SECRET, count)
    proof = proofs.prove_equality(SECRET, statement)
    assert len(proof) == 64
    proofs.verify_equality(statement, proof)


def test_two_proofs_share_no_nonce() -> None:
    again = proofs.prove_equality(SECRET, STATEMENT)
    assert again[:32] != PROOF[:32]
    proofs.verify_equality(STATEMENT, again)


FALSE_RESULTS = {
    "another point": (group.add(Point(RESULTS[0]), Point(RESULTS[1])), "does not fit"),
    "two swapped": (RESULTS[1], "does not fit"),
    "the identity": (IDENTITY, "the point is the identity"),
    "low order": (ORDER_TWO, "subgroup"),
    "mixed order": (mixed_order(RESULTS[0]), "subgroup"),
    "the other sign": (RESULTS[0][:31] + bytes([RESULTS[0][31] ^ 0x80]), "does not fit"),
    "truncated": (RESULTS[0][:31], "32 bytes, not 31"),
    "not canonical": (b"\xff" * 32, "not canonical"),
}


@pytest.mark.parametrize(("result", "reason"), FALSE_RESULTS.values(), ids=FALSE_RESULTS)
def test_a_false_result_names_the_custodian(result: bytes, reason: str) -> None:
    results = (result, *RESULTS[1:])
    if result == RESULTS[1]:
        results = (RESULTS[1], RESULTS[0], *RESULTS[2:])
    with pytest.raises(Blamed, match=f"the answer: .*{reason}") as raised:
        proofs.verify_equality(changed(results=results), PROOF)
    assert raised.value.culprit == 3


OTHER_STATEMENTS: dict[str, dict[str, object]] = {
    "origin": {"origin": "tenders.example.org"},
    "key": {"key_id": bytes(32)},
    "request": {"request_hash": bytes(32)},
    "index": {"index": 2},
    "verification share": {"verification_share": group.base_mul(group.random_scalar())},
    "leaf": {"answered": (0, 5, 10, 16)},
    "share": {"shares": (*STATEMENT.shares[:3], statement_of(SECRET, 1).shares[0])},
    "one item less": {
        "answered": STATEMENT.answered[:3],
        "shares": STATEMENT.shares[:3],
        "results": RESULTS[:3],
    },
    "shares and results swapped alike": {
        "shares": STATEMENT.shares[::-1],
        "results": RESULTS[::-1],
    },
}


@pytest.mark.parametrize("changes", OTHER_STATEMENTS.values(), ids=OTHER_STATEMENTS)
def test_a_proof_belongs_to_one_statement(changes: dict[str, object]) -> None:
    other = changed(**changes)
    with pytest.raises(Blamed, match="does not fit") as raised:
        proofs.verify_equality(other, PROOF)
    assert raised.value.culprit == other.index


UNREDUCED = (int.from_bytes(PROOF[32:], "little") + L).to_bytes(32, "little")
BAD_PROOFS = {
    "empty": (b"", "64 bytes, not 0"),
    "truncated": (PROOF[:63], "64 bytes, not 63"),
    "too long": (PROOF + b"\0", "64 bytes, not 65"),
    "unreduced response": (PROOF[:32] + UNREDUCED, "not canonical"),
    "unreduced challenge": (b"\xff" * 32 + PROOF[32:], "not canonical"),
    "flipped challenge": (flip(PROOF, 0), "does not fit"),
    "flipped response": (flip(PROOF, 32), "does not fit"),
    "zeros": (bytes(64), "does not fit"),
}


@pytest.mark.parametrize(("proof", "reason"), BAD_PROOFS.values(), ids=BAD_PROOFS)
def test_a_bad_proof_names_the_custodian(proof: bytes, reason: str) -> None:
    with pytest.raises(Blamed, match=f"the answer: .*{reason}") as raised:
        proofs.verify_equality(STATEMENT, proof)
    assert raised.value.culprit == 3


BAD_ANSWERS: dict[str, tuple[dict[str, object], str]] = {
    "nothing": ({"answered": (), "results": ()}, "nothing is answered"),
    "a result missing": ({"results": RESULTS[:3]}, "3 results for 4 answered leaves"),
    "a leaf twice": ({"answered": (0, 5, 5, 10)}, "ascending order"),
    "out of order": ({"answered": (0, 10, 5, 15)}, "ascending order"),
    "negative leaf": ({"answered": (-1, 5, 10, 15)}, "out of range"),
    "leaf too large": ({"answered": (0, 5, 10, 2**32)}, "out of range"),
}


@pytest.mark.parametrize(("changes", "reason"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_an_answer_of_bad_form_names_the_custodian(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(Blamed, match=reason) as raised:
        proofs.verify_equality(changed(**changes), PROOF)
    assert raised.value.culprit == 3
    with pytest.raises(Malformed, match=reason):
        proofs.prove_equality(SECRET, changed(**changes))


VERIFIERS_FAULTS: dict[str, tuple[dict[str, object], str]] = {
    "a share missing": ({"shares": STATEMENT.shares[:3]}, "3 shares for 4 leaves"),
    "a share of low order": ({"shares": (*STATEMENT.shares[:3], bytes(32))}, "u = 0"),
    "a share on the twist": (
        {"shares": (*STATEMENT.shares[:3], (2).to_bytes(32, "little"))},
        "not on the curve",
    ),
    "no verification share": ({"verification_share": IDENTITY}, "identity"),
    "an index that no custodian has": ({"index": 0}, "index of a custodian"),
}


@pytest.mark.parametrize(("changes", "reason"), VERIFIERS_FAULTS.values(), ids=VERIFIERS_FAULTS)
def test_what_the_verifier_brought_blames_nobody(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        proofs.verify_equality(changed(**changes), PROOF)


def test_the_prover_refuses_to_sign_its_own_fault() -> None:
    false = changed(results=(RESULTS[1], *RESULTS[1:]))
    with pytest.raises(Unverified, match="not the secret times its share"):
        proofs.prove_equality(SECRET, false)
    with pytest.raises(Unverified, match="does not belong to the verification share"):
        proofs.prove_equality(group.random_scalar(), STATEMENT)
    with pytest.raises(Malformed, match="canonical"):
        proofs.prove_equality(b"\xff" * 32, STATEMENT)


def test_a_custodian_with_a_zero_share_cannot_answer() -> None:
    """Legal and never met; its answer would be the identity, which no verifier accepts."""
    with pytest.raises(Malformed, match="identity"):
        proofs.prove_equality(group.ZERO, statement_of(group.ZERO, 2))
