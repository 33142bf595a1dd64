"""Ed25519: honest signatures hold, and no key outside the prime-order subgroup is a key."""

import pytest
from nacl.bindings import crypto_core_ed25519_add

from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.signing import (
    SigningKey,
    check_public_key,
    sign_labelled,
    verify,
    verify_labelled,
)

KEY = SigningKey.from_seed(bytes(range(32)))
IDENTITY = (1).to_bytes(32, "little")
MINUS_ONE = (2**255 - 20).to_bytes(32, "little")  # (0, −1), of order two
BAD_KEYS = {
    "too short": bytes(31),
    "too long": bytes(33),
    "the identity": IDENTITY,
    "of order two": MINUS_ONE,
    "of order four": bytes(32),
    "not on the curve": (2).to_bytes(32, "little"),
    "y not reduced": (2**255 - 18).to_bytes(32, "little"),
    "in a larger subgroup": crypto_core_ed25519_add(KEY.public, MINUS_ONE),
}


def test_the_first_vector_of_rfc_8032():
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    key = SigningKey.from_seed(bytes.fromhex(seed))
    assert key.public.hex() == public
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")
    verify(key.public, b"", key.sign(b""))


@pytest.mark.parametrize("public", BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_a_bad_public_key_is_refused(public: bytes):
    with pytest.raises(Malformed, match="public key"):
        check_public_key(public)
    with pytest.raises(Malformed, match="public key"):
        verify(public, b"message", bytes(64))


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


SIGNATURE = KEY.sign(b"message")
ORDER = 2**252 + 27742317777372353535851937790883648493
S = int.from_bytes(SIGNATURE[32:], "little")
BAD_SIGNATURES = {
    "empty": b"",
    "too short": SIGNATURE[:-1],
    "too long": SIGNATURE + b"\0",
    "R changed": _flipped(SIGNATURE, 0),
    "s changed": _flipped(SIGNATURE, 40),
    "s not reduced": SIGNATURE[:32] + (S + ORDER).to_bytes(32, "little"),
    "of another key": SigningKey.generate().sign(b"message"),
    "of another message": KEY.sign(b"massage"),
}


@pytest.mark.parametrize("signature", BAD_SIGNATURES.values(), ids=BAD_SIGNATURES.keys())
def test_a_bad_signature_is_refused(signature: bytes):
    with pytest.raises(Unverified):
        verify(KEY.public, b"message", signature)


def test_a_label_keeps_one_purpose_from_another():
    signature = sign_labelled(KEY, b"sunseal/a/v1", b"data")
    verify_labelled(KEY.public, b"sunseal/a/v1", b"data", signature)
    assert signature == KEY.sign(b"sunseal/a/v1\ndata")
    with pytest.raises(Unverified):
        verify_labelled(KEY.public, b"sunseal/b/v1", b"data", signature)


def test_a_label_of_two_lines_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="one line"):
        sign_labelled(KEY, b"sunseal/a/v1\nda", b"ta")


def test_a_seed_comes_back_and_is_never_printed():
    key = SigningKey.generate()
    assert SigningKey.from_seed(key.seed()).public == key.public
    assert key.seed().hex() not in repr(key)
    with pytest.raises(Malformed, match="seed of 31"):
        SigningKey.from_seed(bytes(31))
