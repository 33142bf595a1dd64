"""From a ceremony to a plaintext that an ordinary age program sealed."""

import io
from itertools import combinations

import pyrage  # type: ignore[import-untyped]
import pytest

from sunseal_crypto import dkg, group, proofs, threshold
from sunseal_crypto.age import NoIdentityMatch, header, stream, x25519
from sunseal_crypto.errors import Malformed
from sunseal_crypto.group import IDENTITY
from tests.crypto import ceremonies
from tests.crypto.ceremonies import mixed_order

CEREMONY = ceremonies.hold(3, 5)
OUTPUTS = {index: CEREMONY.round2(index) for index in range(1, 6)}
KEY = OUTPUTS[1].group_key
RECIPIENT = threshold.recipient_of(KEY)
PLAINTEXT = b"a bid" * 20_000


def answers(share: bytes, indexes: tuple[int, ...]) -> dict[int, bytes]:
    return {index: threshold.partial(OUTPUTS[index].share, share) for index in indexes}


def opened(sealed: bytes, indexes: tuple[int, ...]) -> bytes:
    """What an opening does: answers with proofs, their combination, file key, header, payload."""
    source, sink = io.BytesIO(sealed), io.BytesIO()
    head = header.read(source)
    stanza = head.stanzas[0]
    share = x25519.share(stanza)
    results = answers(share, indexes)
    for index, result in results.items():
        statement = proofs.AnswerStatement(
            origin="tenders.example",
            key_id=b"key",
            request_hash=b"request",
            index=index,
            verification_share=OUTPUTS[1].verification_shares[index - 1],
            answered=(0,),
            shares=(share,),
            results=(result,),
        )
        proof = proofs.prove_equality(OUTPUTS[index].share, statement)
        proofs.verify_equality(statement, proof)
    secret = threshold.combine(results)
    file_key = x25519.unwrap_with_secret(stanza, secret, group.to_montgomery(KEY))
    header.verify_mac(head, file_key)
    stream.decrypt(file_key, source, sink)
    return sink.getvalue()


def test_any_three_of_five_open_what_pyrage_sealed() -> None:
    own = pyrage.x25519.Identity.generate()
    recipients = [pyrage.x25519.Recipient.from_str(RECIPIENT), own.to_public()]
    sealed = pyrage.encrypt(PLAINTEXT, recipients)
    for indexes in combinations(range(1, 6), 3):
        assert opened(sealed, indexes) == PLAINTEXT
    assert opened(sealed, (5, 1, 4, 2)) == PLAINTEXT
    assert pyrage.decrypt(sealed, [own]) == PLAINTEXT


def test_two_of_five_open_nothing() -> None:
    sealed = pyrage.encrypt(PLAINTEXT, [pyrage.x25519.Recipient.from_str(RECIPIENT)])
    with pytest.raises(NoIdentityMatch):
        opened(sealed, (2, 4))


def clamped_form(scalar: bytes) -> int | None:
    """The multiple-of-eight spelling that X25519 wants of a secret; not every scalar has one."""
    numbers = (int.from_bytes(scalar, "little") + times * group.L for times in range(8))
    return next((each for each in numbers if each % 8 == 0 and each >> 254 == 1), None)


def test_the_recipient_is_what_pyrage_derives_from_the_secret() -> None:
    """The only place where a whole secret exists: to see that Y means what age means by it."""
    while (clamped := clamped_form(secret := group.random_scalar())) is None:
        pass
    identity = str(x25519.X25519Identity(clamped.to_bytes(32, "little")))
    recipient = pyrage.x25519.Identity.from_str(identity).to_public()
    assert str(recipient) == threshold.recipient_of(group.base_mul(secret))


def test_one_custodian_of_a_one_of_one_ceremony() -> None:
    ceremony = ceremonies.hold(1, 1)
    output = ceremony.round2(1)
    share = group.to_montgomery(group.base_mul(group.random_scalar()))
    results = {1: threshold.partial(output.share, share)}
    expected = group.to_montgomery(group.mul(output.share, group.from_montgomery(share)))
    assert threshold.combine(results) == expected


SHARE = group.to_montgomery(group.base_mul(group.random_scalar()))


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (IDENTITY, "the point is the identity"),
        (bytes(32), "subgroup"),
        (mixed_order(group.from_montgomery(SHARE)), "subgroup"),
        (b"\xff" * 32, "not canonical"),
        (b"", "32 bytes"),
    ],
    ids=["identity", "low order", "mixed order", "not canonical", "empty"],
)
def test_combination_takes_points_only(result: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        threshold.combine({**answers(SHARE, (1, 2)), 3: result})


def test_combination_of_nothing_or_of_cancelling_answers_is_no_secret() -> None:
    with pytest.raises(Malformed, match="the point is the identity"):
        threshold.combine({})
    with pytest.raises(Malformed, match="distinct, positive"):
        threshold.combine({0: answers(SHARE, (1,))[1]})


def test_partial_takes_canonical_secrets_and_shares_only() -> None:
    secret = OUTPUTS[1].share
    with pytest.raises(Malformed, match="canonical"):
        threshold.partial(b"\xff" * 32, SHARE)
    with pytest.raises(Malformed, match="top bit"):
        threshold.partial(secret, SHARE[:31] + bytes([SHARE[31] | 0x80]))
    with pytest.raises(Malformed, match="u = -1"):
        threshold.partial(secret, (group.P - 1).to_bytes(32, "little"))
    assert threshold.partial(group.ZERO, SHARE) == IDENTITY


def test_the_recipient_of_no_point_is_refused() -> None:
    with pytest.raises(Malformed, match="identity"):
        threshold.recipient_of(IDENTITY)
    with pytest.raises(Malformed, match="subgroup"):
        threshold.recipient_of(mixed_order(KEY))


def test_a_recovered_custodian_answers_like_before() -> None:
    transcript = CEREMONY.transcript()
    recovered = dkg.recover(
        CEREMONY.keys[3].secret,
        transcript,
        CEREMONY.signatures(transcript),
        dkg.bundle(CEREMONY.messages, 4),
    )
    assert threshold.partial(recovered.output.share, SHARE) == answers(SHARE, (4,))[4]
