"""Recipients, identities, and the stanza between them."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto.age import (
    HeaderError,
    KeyFormatError,
    NoIdentityMatch,
    Stanza,
    X25519Identity,
    X25519Recipient,
    bech32,
    header,
    x25519,
)

# The pair of c2sp.org/age.
IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
FILE_KEY = bytes(range(16))
LOW_ORDER = bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")

ours = X25519Identity.from_string(IDENTITY)


def test_the_specifications_pair() -> None:
    assert str(ours.recipient()) == RECIPIENT
    assert X25519Recipient.from_string(RECIPIENT) == ours.recipient()
    assert str(ours) == IDENTITY


def test_an_identity_is_not_printed_by_accident() -> None:
    assert repr(ours.secret) not in repr(ours)
    assert IDENTITY not in repr([ours])


REFUSED_RECIPIENTS = {
    "upper case": (RECIPIENT.upper(), "begins with age1"),
    "mixed case": ("A" + RECIPIENT[1:], "upper and lower case mixed"),
    "mistyped": (RECIPIENT[:-1] + "q", "wrong checksum"),
    "one character short": (RECIPIENT[:-1], "wrong checksum"),
    "an identity": (IDENTITY, "begins with age1"),
    "another prefix": (bech32.encode("agf", bytes(32)), "begins with age1"),
    "31 bytes": (bech32.encode("age", bytes(31)), "32 bytes, not 31"),
    "not a character": (RECIPIENT[:-1] + "b", "is not one of its characters"),
    "not ASCII": (RECIPIENT[:-1] + "ü", "outside ASCII"),
    "no separator": ("ageqqqqqq", "no prefix"),
    "empty": ("", "no prefix"),
}


@pytest.mark.parametrize(
    ("text", "reason"), REFUSED_RECIPIENTS.values(), ids=REFUSED_RECIPIENTS.keys()
)
def test_refused_recipient(text: str, reason: str) -> None:
    with pytest.raises(KeyFormatError, match=reason):
        X25519Recipient.from_string(text)


@pytest.mark.parametrize("text", [IDENTITY.lower(), RECIPIENT, IDENTITY[:-1]])
def test_refused_identity_is_not_repeated(text: str) -> None:
    with pytest.raises(KeyFormatError) as refused:
        X25519Identity.from_string(text)
    assert text not in str(refused.value)


def test_bech32_of_bip173() -> None:
    assert bech32.decode("A12UEL5L") == ("A", b"")
    assert bech32.decode("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw") == (
        "abcdef",
        bytes.fromhex("00443214c74254b635cf84653a56d7c675be77df"),
    )


def test_bech32_padding_bits_are_zero() -> None:
    values = [0] * 51 + [1]
    tail = values + bech32._checksum("age", values)
    with pytest.raises(KeyFormatError, match="padding bits"):
        bech32.decode("age1" + "".join(bech32.ALPHABET[value] for value in tail))


@settings(max_examples=50)
@given(st.binary(max_size=64))
def test_bech32_round_trip(data: bytes) -> None:
    assert bech32.decode(bech32.encode("age", data)) == ("age", data)
    assert bech32.decode(bech32.encode("age", data).upper()) == ("AGE", data)


def test_only_the_recipient_unwraps() -> None:
    stanza = x25519.wrap(FILE_KEY, ours.recipient())

    assert ours.unwrap([stanza]) == FILE_KEY
    with pytest.raises(NoIdentityMatch):
        X25519Identity.generate().unwrap([stanza])


def test_foreign_stanzas_are_ignored() -> None:
    foreign = [Stanza(("x25519", "share"), b""), Stanza(("joe-grease",), b"")]

    assert ours.unwrap([*foreign, x25519.wrap(FILE_KEY, ours.recipient())]) == FILE_KEY


def test_wrapping_with_a_kept_secret_is_reproducible() -> None:
    secret = bytes(range(32))
    stanza = x25519.wrap(FILE_KEY, ours.recipient(), secret)

    assert stanza == x25519.wrap(FILE_KEY, ours.recipient(), secret)
    public = X25519PrivateKey.from_private_bytes(secret).public_key()
    assert x25519.share(stanza) == public.public_bytes_raw()


def test_a_secret_from_elsewhere_unwraps() -> None:
    stanza = x25519.wrap(FILE_KEY, ours.recipient())
    share = X25519PublicKey.from_public_bytes(x25519.share(stanza))
    shared = X25519PrivateKey.from_private_bytes(ours.secret).exchange(share)
    point = ours.recipient().point

    assert x25519.unwrap_with_secret(stanza, shared, point) == FILE_KEY
    with pytest.raises(NoIdentityMatch):
        x25519.unwrap_with_secret(stanza, shared[::-1], point)
    with pytest.raises(NoIdentityMatch):
        x25519.unwrap_with_secret(stanza, shared, X25519Identity.generate().recipient().point)
    with pytest.raises(HeaderError, match="low order"):
        x25519.unwrap_with_secret(stanza, bytes(32), point)


def test_a_recipient_of_low_order_is_refused() -> None:
    with pytest.raises(KeyFormatError, match="low order"):
        x25519.wrap(FILE_KEY, X25519Recipient(LOW_ORDER))


good = x25519.wrap(FILE_KEY, ours.recipient())
MALFORMED = {
    "no share": (Stanza(("X25519",), good.body), "two arguments, not 1"),
    "extra argument": (Stanza((*good.args, "1"), good.body), "two arguments, not 3"),
    "short share": (Stanza(("X25519", "AAAA"), good.body), "share has 3 bytes"),
    "padded share": (Stanza(("X25519", good.args[1] + "="), good.body), "base64"),
    "short body": (Stanza(good.args, good.body[:-1]), "31 bytes, not 32"),
    "long body": (Stanza(good.args, good.body + b"\0"), "33 bytes, not 32"),
    "low order": (Stanza(("X25519", header.encode_base64(LOW_ORDER)), good.body), "low"),
}


@pytest.mark.parametrize(("stanza", "reason"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_stanza_is_refused(stanza: Stanza, reason: str) -> None:
    with pytest.raises(HeaderError, match=reason):
        ours.unwrap([stanza])


def test_a_malformed_stanza_after_the_right_one_is_refused_too() -> None:
    with pytest.raises(HeaderError, match="two arguments"):
        ours.unwrap([good, Stanza(("X25519",), good.body)])


def test_only_x25519_stanzas_have_a_share() -> None:
    with pytest.raises(HeaderError, match="not an X25519"):
        x25519.share(Stanza(("scrypt", "salt"), b""))
