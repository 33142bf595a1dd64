"""Rounds 1 and 2 of the ceremony, as one participant runs them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sunseal_crypto import group
from sunseal_crypto.blame import blaming
from sunseal_crypto.dkg import messages as wire
from sunseal_crypto.dkg import polynomial, suite
from sunseal_crypto.dkg.messages import Checked, Message1
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.group import Point, Scalar

MAX_PARTICIPANTS = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Secrets:
    """What round 1 drew. Round 2 does not need it: erase it once the message is sent."""

    coefficients: tuple[Scalar, ...] = field(repr=False)
    ephemeral: Scalar = field(repr=False)


@dataclass(frozen=True, slots=True)
class Output:
    """`share` is x_i; `verification_shares` are Y_1 … Y_n; `payloads` are by sender."""

    share: Scalar = field(repr=False)
    group_key: Point
    verification_shares: list[Point]
    payloads: tuple[bytes, ...] = field(repr=False)


def round1(
    index: int,
    t: int,
    static_secret: bytes,
    statics: Sequence[bytes],
    ctx: bytes,
    payloads: Mapping[int, bytes] | None = None,
    random: Callable[[], Scalar] = group.random_scalar,
) -> tuple[Message1, Secrets]:
    """Participant `index` commits to its polynomial and encrypts one value of it to each.

    `random` gives the coefficients, lowest first, then the ephemeral key; only the published
    vectors need another one than the default.
    """
    publics = check_setup(t, statics)
    static = own_key(index, static_secret, publics)
    # 1. The polynomial, and the commitment to it.
    coefficients = tuple(_nonzero(random) for _ in range(t))
    commitment = tuple(group.base_mul(coefficient) for coefficient in coefficients)
    # 2. The ephemeral key.
    ephemeral = suite.StaticKey.from_secret(_nonzero(random))
    # 3. The proof of possession.
    message = wire.possession_message(ctx, commitment, ephemeral.public)
    pop = suite.sign(coefficients[0], message)
    # 4. A share to each participant, oneself included.
    ciphertexts = tuple(
        _encrypt_share(
            polynomial.evaluate(coefficients, number) + _payload(payloads, number),
            (static, ephemeral),
            recipient,
            ctx,
        )
        for number, recipient in enumerate(publics, 1)
    )
    sent = Message1(commitment, pop, ephemeral.public, ciphertexts)
    return sent, Secrets(coefficients, ephemeral.secret)


def round2(
    index: int,
    t: int,
    static_secret: bytes,
    statics: Sequence[bytes],
    ctx: bytes,
    messages: Sequence[Message1],
) -> Output:
    """Checks all messages, in order of sender, and adds up the shares meant for `index`.

    Raises Blamed for what only its sender can have done, Unverified for a ciphertext that does not
    decrypt: the one who carried it can have spoilt it as well.
    """
    publics = check_setup(t, statics)
    static = own_key(index, static_secret, publics)
    if len(messages) != len(publics):
        raise Malformed(f"{len(messages)} messages for {len(publics)} participants")
    checked = [wire.check(message, sender, t, ctx) for sender, message in enumerate(messages, 1)]
    ciphertexts = []
    for sender, message in enumerate(messages, 1):
        if len(message.ciphertexts) != len(publics):
            raise Malformed(f"participant {sender} sent {len(message.ciphertexts)} ciphertexts")
        ciphertexts.append(message.ciphertexts[index - 1])
    return open_shares(index, static, publics, ctx, checked, ciphertexts)


def open_shares(
    index: int,
    static: suite.StaticKey,
    publics: Sequence[Point],
    ctx: bytes,
    checked: Sequence[Checked],
    ciphertexts: Sequence[bytes],
) -> Output:
    """Decrypts and verifies what each participant sent to `index`, and computes the keys."""
    shares, payloads = [], []
    for sender, (published, ciphertext) in enumerate(zip(checked, ciphertexts, strict=True), 1):
        plaintext = _decrypt_share(sender, static, publics[sender - 1], published, ciphertext, ctx)
        with blaming(sender, "the share"):
            share = group.parse_scalar(plaintext[: group.SIZE])
            polynomial.verify_share(share, published.commitment, index)
        shares.append(share)
        payloads.append(plaintext[group.SIZE :])
    total = group.scalar_sum(shares)
    group_key, verification_shares = polynomial.group_keys([each.commitment for each in checked])
    if group.base_mul(total) != verification_shares[index - 1]:
        raise Unverified("the sum of the shares does not match the sum of the commitments")
    return Output(total, group_key, verification_shares, tuple(payloads))


def check_setup(t: int, statics: Sequence[bytes]) -> tuple[Point, ...]:
    """The static keys as points. Raises Malformed, or Blamed for a key that is no point."""
    if not 1 <= t <= len(statics) <= MAX_PARTICIPANTS:
        raise Malformed(f"a threshold of {t} among {len(statics)} participants")
    if len(set(statics)) != len(statics):
        raise Malformed("two participants have the same static key")
    publics = []
    for number, static in enumerate(statics, 1):
        with blaming(number, "the static key"):
            publics.append(group.parse_point(static))
    return tuple(publics)


def own_key(index: int, static_secret: bytes, publics: Sequence[Point]) -> suite.StaticKey:
    static = suite.StaticKey.from_secret(static_secret)
    if not 1 <= index <= len(publics) or publics[index - 1] != static.public:
        raise Malformed(f"this static key is not that of participant {index}")
    return static


def _encrypt_share(
    plaintext: bytes,
    sender_keys: tuple[suite.StaticKey, suite.StaticKey],
    recipient: Point,
    ctx: bytes,
) -> bytes:
    static, ephemeral = sender_keys
    key, nonce = suite.cipher_key(
        group.mul(ephemeral.secret, recipient),
        group.mul(static.secret, recipient),
        ephemeral.public,
        static.public,
        recipient,
        ctx,
    )
    return suite.encrypt(plaintext, key, nonce)


def _decrypt_share(
    sender: int,
    static: suite.StaticKey,
    sender_public: Point,
    published: Checked,
    ciphertext: bytes,
    ctx: bytes,
) -> bytes:
    if not wire.MIN_CIPHERTEXT <= len(ciphertext) <= wire.MAX_CIPHERTEXT:
        raise Malformed(f"the ciphertext of participant {sender} has {len(ciphertext)} bytes")
    key, nonce = suite.cipher_key(
        group.mul(static.secret, published.ephemeral),
        group.mul(static.secret, sender_public),
        published.ephemeral,
        sender_public,
        static.public,
        ctx,
    )
    try:
        return suite.decrypt(ciphertext, key, nonce)
    except Unverified as error:
        raise Unverified(f"round 1 of participant {sender}: {error}") from None


def _payload(payloads: Mapping[int, bytes] | None, number: int) -> bytes:
    payload = (payloads or {}).get(number, b"")
    if len(payload) > wire.MAX_PAYLOAD:
        raise Malformed(f"a payload of {len(payload)} bytes: at most {wire.MAX_PAYLOAD}")
    return payload


def _nonzero(random: Callable[[], Scalar]) -> Scalar:
    """A zero coefficient would commit to the identity, which every honest reader refuses."""
    while (scalar := random()) == group.ZERO:
        pass
    return scalar
