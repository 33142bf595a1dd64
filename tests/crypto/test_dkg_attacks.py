"""What a dishonest participant, or the coordinator between them, can send."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import dkg, group
from sunseal_crypto.dkg import suite
from sunseal_crypto.dkg.messages import MAX_CIPHERTEXT, MAX_PAYLOAD, MIN_CIPHERTEXT
from sunseal_crypto.errors import Blamed, Malformed, Unverified
from sunseal_crypto.group import IDENTITY, L, Point
from tests.crypto import ceremonies
from tests.crypto.ceremonies import ORDER_TWO, Ceremony, flip, mixed_order

HONEST = ceremonies.hold(2, 3)
TRANSCRIPT = HONEST.transcript(b"ext")
SIGNATURES = HONEST.signatures(TRANSCRIPT)
SENDER = HONEST.messages[1]
STRANGE = group.base_mul(group.random_scalar())
OTHER = ceremonies.hold(2, 3).messages[1]

PUBLIC_FAULTS: dict[str, tuple[dict[str, object], str]] = {
    "one coefficient more": (
        {"commitment": (*SENDER.commitment, STRANGE)},
        "the commitment has 3 points, not 2",
    ),
    "one coefficient less": (
        {"commitment": SENDER.commitment[:1]},
        "the commitment has 1 points, not 2",
    ),
    "identity as constant term": (
        {"commitment": (IDENTITY, SENDER.commitment[1])},
        "the point is the identity",
    ),
    "identity as highest term": (
        {"commitment": (SENDER.commitment[0], IDENTITY)},
        "the point is the identity",
    ),
    "all-zero bytes as a term": (
        {"commitment": (SENDER.commitment[0], bytes(32))},
        "outside the prime-order subgroup",
    ),
    "mixed-order term": (
        {"commitment": (SENDER.commitment[0], mixed_order(SENDER.commitment[1]))},
        "outside the prime-order subgroup",
    ),
    "mixed-order ephemeral": (
        {"ephemeral": mixed_order(SENDER.ephemeral)},
        "outside the prime-order subgroup",
    ),
    "low-order ephemeral": ({"ephemeral": ORDER_TWO}, "outside the prime-order subgroup"),
    "another ephemeral": ({"ephemeral": STRANGE}, "the signature does not verify"),
    "another commitment": (
        {"commitment": (SENDER.commitment[0], STRANGE)},
        "the signature does not verify",
    ),
    "possession not proved": ({"pop": flip(SENDER.pop, 40)}, "the signature does not verify"),
    "possession with a mixed-order R": (
        {"pop": mixed_order(SENDER.pop[:32]) + SENDER.pop[32:]},
        "outside the prime-order subgroup",
    ),
    "possession with an unreduced z": (
        {"pop": SENDER.pop[:32] + b"\xff" * 32},
        "the scalar is not canonical",
    ),
    "possession cut off": ({"pop": SENDER.pop[:63]}, "a signature has 64 bytes, not 63"),
    "a message of another session": (
        {"commitment": OTHER.commitment, "pop": OTHER.pop, "ephemeral": OTHER.ephemeral},
        "the signature does not verify",
    ),
}


@pytest.mark.parametrize(("changes", "reason"), PUBLIC_FAULTS.values(), ids=PUBLIC_FAULTS)
def test_a_public_fault_names_its_culprit(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(Blamed, match=f"round 1: .*{reason}") as raised:
        HONEST.replace(2, **changes).round2(1)
    assert raised.value.culprit == 2


def rogue_key() -> dict[str, object]:
    """The last to speak cancels everybody else, so that the sum is a key of its own."""
    mine, others = dkg.StaticKey.generate(), (HONEST.messages[0], HONEST.messages[2])
    rest = group.point_sum(Point(message.commitment[0]) for message in others)
    negated = rest[:31] + bytes([rest[31] ^ 0x80])
    constant = group.add(mine.public, group.parse_point(negated))
    commitment = (constant, Point(SENDER.commitment[1]))
    signed = HONEST.context + b"".join(commitment) + SENDER.ephemeral
    return {"commitment": commitment, "pop": suite.sign(mine.secret, signed)}


def test_a_rogue_key_has_no_proof_of_possession() -> None:
    with pytest.raises(Blamed, match="the signature does not verify") as raised:
        HONEST.replace(2, **rogue_key()).round2(1)
    assert raised.value.culprit == 2


def with_share(plaintext: bytes) -> Ceremony:
    """Participant 2 encrypts `plaintext` to participant 1, correctly."""
    keys = HONEST.keys
    sent, secrets = dkg.round1(2, 2, keys[1].secret, HONEST.statics, HONEST.context)
    recipient = keys[0].public
    key, nonce = suite.cipher_key(
        group.mul(secrets.ephemeral, recipient),
        group.mul(keys[1].secret, recipient),
        Point(sent.ephemeral),
        keys[1].public,
        recipient,
        HONEST.context,
    )
    lie = suite.encrypt(plaintext, key, nonce)
    return HONEST.replace(
        2,
        commitment=sent.commitment,
        pop=sent.pop,
        ephemeral=sent.ephemeral,
        ciphertexts=(lie, *sent.ciphertexts[1:]),
    )


LYING_SHARES = {
    "another value": (group.small_scalar(5), "does not lie on the committed polynomial"),
    "zero": (group.ZERO, "does not lie on the committed polynomial"),
    "not reduced": ((L + 5).to_bytes(32, "little"), "the scalar is not canonical"),
}


@pytest.mark.parametrize(("share", "reason"), LYING_SHARES.values(), ids=LYING_SHARES)
def test_a_lying_share_names_its_sender(share: bytes, reason: str) -> None:
    lying = with_share(share)
    with pytest.raises(Blamed, match=reason) as raised:
        lying.round2(1)
    assert raised.value.culprit == 2
    lying.round2(3)  # whom it did not lie to


SPOILT = {
    "a flipped bit": flip(SENDER.ciphertexts[0], 0),
    "a flipped tag": flip(SENDER.ciphertexts[0], -1 % len(SENDER.ciphertexts[0])),
    "meant for another": SENDER.ciphertexts[1],
    "from another": HONEST.messages[2].ciphertexts[0],
}


@pytest.mark.parametrize("ciphertext", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_ciphertext_blames_nobody(ciphertext: bytes) -> None:
    """Nothing tells whether its sender or its carrier spoilt it."""
    spoilt = HONEST.replace(2, ciphertexts=(ciphertext, *SENDER.ciphertexts[1:]))
    with pytest.raises(Unverified, match=r"round 1 of participant 2: .* not decrypt") as raised:
        spoilt.round2(1)
    assert not isinstance(raised.value, Blamed)


def test_a_ciphertext_of_impossible_size_is_refused() -> None:
    for size in (MIN_CIPHERTEXT - 1, MAX_CIPHERTEXT + 1):
        with pytest.raises(Malformed, match=f"participant 2 has {size} bytes"):
            HONEST.replace(2, ciphertexts=(bytes(size), *SENDER.ciphertexts[1:])).round2(1)


def test_missing_messages_and_ciphertexts_are_refused() -> None:
    short = Ceremony(2, HONEST.keys, HONEST.context, HONEST.messages[:2])
    with pytest.raises(Malformed, match="2 messages for 3 participants"):
        short.round2(1)
    with pytest.raises(Malformed, match="participant 2 sent 2 ciphertexts"):
        HONEST.replace(2, ciphertexts=SENDER.ciphertexts[:2]).round2(1)


def test_two_parties_that_cancel_each_other_make_no_key() -> None:
    keys = [dkg.StaticKey.generate() for _ in range(2)]
    statics = [key.public for key in keys]
    context = dkg.context(b"cancel", statics)
    constant = group.random_scalar()
    messages = []
    for index, first in ((1, constant), (2, group.scalar_negate(constant))):
        drawn = iter([first, group.random_scalar()])
        secret = keys[index - 1].secret
        message, _ = dkg.round1(index, 1, secret, statics, context, random=drawn.__next__)
        messages.append(message)
    with pytest.raises(Unverified, match="the group key is the identity"):
        dkg.round2(1, 1, keys[0].secret, statics, context, messages)


def test_setups_that_cannot_be() -> None:
    key = HONEST.keys[0]
    statics = HONEST.statics
    for t in (0, 4, -1):
        with pytest.raises(Malformed, match=f"a threshold of {t} among 3"):
            dkg.round1(1, t, key.secret, statics, HONEST.context)
    with pytest.raises(Malformed, match="the same static key"):
        dkg.round1(1, 2, key.secret, [statics[0], statics[1], statics[1]], HONEST.context)
    with pytest.raises(Malformed, match="not that of participant 2"):
        dkg.round1(2, 2, key.secret, statics, HONEST.context)
    with pytest.raises(Malformed, match="not that of participant 0"):
        dkg.round1(0, 2, key.secret, statics, HONEST.context)
    payloads = {1: bytes(MAX_PAYLOAD + 1)}
    with pytest.raises(Malformed, match="at most"):
        dkg.round1(1, 2, key.secret, statics, HONEST.context, payloads)
    mixed = [statics[0], mixed_order(statics[1]), statics[2]]
    with pytest.raises(Blamed, match=r"the static key: .*subgroup") as raised:
        dkg.round1(1, 2, key.secret, mixed, HONEST.context)
    assert raised.value.culprit == 2
    with pytest.raises(Malformed, match="identity"):
        dkg.StaticKey.from_secret(bytes(32))


ENCODED = SENDER.encode()
FRAMES = 2 * 32 + 64 + 32
BAD_MESSAGES = {
    "empty": (b"", "has at least 160 bytes"),
    "no frames": (ENCODED[:FRAMES], "ciphertext 1 of 3: its length is cut off"),
    "cut in a frame": (ENCODED[:-1], "ciphertext 3 of 3: it is cut off"),
    "trailing byte": (ENCODED + b"\0", "1 bytes follow the last ciphertext"),
    "one point more": (
        ENCODED[:64] + STRANGE + ENCODED[64:],
        "ciphertext 1 of 3: a length of .* is not allowed",
    ),
    "huge length": (
        ENCODED[:FRAMES] + b"\xff" * 8 + ENCODED[FRAMES + 8 :],
        "ciphertext 1 of 3: a length of 18446744073709551615 is not allowed",
    ),
    "length too small": (
        ENCODED[:FRAMES] + (47).to_bytes(8, "big") + bytes(47),
        "ciphertext 1 of 3: a length of 47 is not allowed",
    ),
}


@pytest.mark.parametrize(("data", "reason"), BAD_MESSAGES.values(), ids=BAD_MESSAGES)
def test_messages_are_read_strictly(data: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        dkg.Message1.decode(data, 2, 3)


SUITE_FIELD = 8 + len(dkg.SUITE)
COUNTS = SUITE_FIELD + 8 + 64
BAD_TRANSCRIPTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda data: b"", "cut off"),
    "cut off": (lambda data: data[:-1], "cut off"),
    "trailing byte": (lambda data: data + b"\0", "bytes follow"),
    "another suite": (lambda data: flip(data, 10), "not of the suite"),
    "huge suite": (lambda data: b"\xff" * 8 + data[8:], "cut off"),
    "t above n": (lambda data: flip(data, COUNTS + 5), "a threshold of 258 among 3"),
    "t = 0": (lambda data: data[: COUNTS + 4] + bytes(4) + data[COUNTS + 8 :], "threshold of 0"),
    "more participants than bytes": (
        lambda data: data[:COUNTS] + b"\xff" * 8 + data[COUNTS + 8 :],
        "cut off",
    ),
}


@pytest.mark.parametrize(("change", "reason"), BAD_TRANSCRIPTS.values(), ids=BAD_TRANSCRIPTS)
def test_transcripts_are_read_strictly(change: Callable[[bytes], bytes], reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        dkg.parse_transcript(change(TRANSCRIPT))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_parsers_raise_nothing_but_malformed(data: st.DataObject) -> None:
    """And whatever they accept, they write again in the same bytes."""
    original = data.draw(st.sampled_from([ENCODED, TRANSCRIPT]))
    at = data.draw(st.integers(0, len(original) - 1))
    patch = data.draw(st.binary(max_size=9))
    changed = original[:at] + patch + original[at + data.draw(st.integers(0, 9)) :]
    try:
        if original is ENCODED:
            assert dkg.Message1.decode(changed, 2, 3).encode() == changed
        else:
            parsed = dkg.parse_transcript(changed)
            again = dkg.transcript(
                parsed.t, parsed.statics, parsed.context, parsed.messages, parsed.ext
            )
            assert again == changed
    except Malformed:
        pass


@pytest.mark.parametrize("culprit", [1, 2, 3])
def test_a_transcript_signature_that_fails_names_its_signer(culprit: int) -> None:
    signatures = list(SIGNATURES)
    signatures[culprit - 1] = flip(signatures[culprit - 1], 33)
    with pytest.raises(Blamed, match=r"the transcript signature: .* not verify") as raised:
        dkg.verify_certificate(TRANSCRIPT, signatures)
    assert raised.value.culprit == culprit


def test_a_split_view_is_no_certificate() -> None:
    """The coordinator showed participant 3 another message than the rest."""
    split = HONEST.replace(2, **vars_of(OTHER)).transcript(b"ext")
    theirs = dkg.sign_transcript(HONEST.keys[2].secret, split)
    with pytest.raises(Blamed) as raised:
        dkg.verify_certificate(TRANSCRIPT, [*SIGNATURES[:2], theirs])
    assert raised.value.culprit == 3
    dkg.verify_signature(HONEST.statics[2], theirs, split)


def vars_of(message: dkg.Message1) -> dict[str, object]:
    return {name: getattr(message, name) for name in message.__struct_fields__}


def test_a_certificate_needs_every_signature_once_and_in_order() -> None:
    with pytest.raises(Malformed, match="2 signatures for 3 participants"):
        dkg.verify_certificate(TRANSCRIPT, SIGNATURES[:2])
    with pytest.raises(Blamed) as raised:
        dkg.verify_certificate(TRANSCRIPT, [SIGNATURES[1], SIGNATURES[0], SIGNATURES[2]])
    assert raised.value.culprit == 1


def test_other_ext_bytes_are_another_transcript() -> None:
    with pytest.raises(Blamed, match="the transcript signature"):
        dkg.verify_certificate(HONEST.transcript(b"exu"), SIGNATURES)


def test_a_certificate_of_a_bad_ceremony_does_not_verify() -> None:
    """Even signed by everybody: clients compute, they do not believe."""
    bad = HONEST.replace(2, ephemeral=mixed_order(SENDER.ephemeral))
    transcript = bad.transcript()
    with pytest.raises(Blamed, match=r"round 1: .*subgroup") as raised:
        dkg.verify_certificate(transcript, bad.signatures(transcript))
    assert raised.value.culprit == 2


def test_a_signature_is_no_ed25519_signature_and_has_one_spelling() -> None:
    signature = SIGNATURES[0]
    public = HONEST.statics[0]
    larger = int.from_bytes(signature[32:], "little") + L
    with pytest.raises(Malformed, match="canonical"):
        dkg.verify(public, signature[:32] + larger.to_bytes(32, "little"), TRANSCRIPT)
    with pytest.raises(Malformed, match="subgroup"):
        dkg.verify(public, mixed_order(signature[:32]) + signature[32:], TRANSCRIPT)


BUNDLE = dkg.bundle(HONEST.messages, 1)


def test_recovery_refuses_another_bundle() -> None:
    secret = HONEST.keys[0].secret
    with pytest.raises(Malformed, match="ciphertext 3 of 3: it is cut off"):
        dkg.recover(secret, TRANSCRIPT, SIGNATURES, BUNDLE[:-1])
    with pytest.raises(Malformed, match="follow the last ciphertext"):
        dkg.recover(secret, TRANSCRIPT, SIGNATURES, BUNDLE + b"\0")
    with pytest.raises(Unverified, match=r"participant 1: .* not decrypt"):
        dkg.recover(secret, TRANSCRIPT, SIGNATURES, dkg.bundle(HONEST.messages, 2))
    with pytest.raises(Unverified, match=r"participant 2: .* not decrypt"):
        dkg.recover(secret, TRANSCRIPT, SIGNATURES, dkg.bundle(with_share(bytes(32)).messages, 1))


def test_recovery_refuses_a_stranger_and_a_bad_certificate() -> None:
    with pytest.raises(Malformed, match="took no part"):
        dkg.recover(group.random_scalar(), TRANSCRIPT, SIGNATURES, BUNDLE)
    signatures = [flip(SIGNATURES[0], 40), *SIGNATURES[1:]]
    with pytest.raises(Blamed, match="the transcript signature"):
        dkg.recover(HONEST.keys[0].secret, TRANSCRIPT, signatures, BUNDLE)
