"""Ed25519 (RFC 8032) with keys nobody can play tricks with.

A public key outside the prime-order subgroup lets one signature verify under several keys or
messages, and libraries disagree on it; so only canonical points of that subgroup are keys here.
"""

from functools import lru_cache
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from nacl.bindings import crypto_core_ed25519_is_valid_point

from sunseal_crypto.errors import Malformed, Unverified

SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64


class SigningKey:
    """A private key; `public` is its 32-byte RFC 8032 encoding. It never prints its secret."""

    __slots__ = ("_private", "public")

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> Self:
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key of a 32-byte RFC 8032 private key. Raises Malformed."""
        if len(seed) != SEED_BYTES:
            raise Malformed(f"signing key: a seed of {len(seed)} bytes where {SEED_BYTES} belong")
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def seed(self) -> bytes:
        """The secret itself, for whoever stores the key."""
        return self._private.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


# A pseudonym turns up in a leaf, in each statement and under each signature; what was found good
# once stays good, and what was refused is looked at again.
@lru_cache(maxsize=4096)
def check_public_key(public: bytes) -> None:
    """Raises Malformed unless `public` is a canonical, non-trivial point of the subgroup."""
    if len(public) != PUBLIC_BYTES:
        raise Malformed(f"public key: {len(public)} bytes where {PUBLIC_BYTES} belong")
    if not crypto_core_ed25519_is_valid_point(public):
        raise Malformed("public key: not a canonical point of the prime-order subgroup")


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Raises Malformed for a bad key, Unverified for a bad signature."""
    check_public_key(public)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        raise Unverified("the Ed25519 signature does not hold") from None


def sign_labelled(key: SigningKey, label: bytes, data: bytes) -> bytes:
    """Signs `data` for the one purpose that `label` names."""
    return key.sign(_labelled(label, data))


def verify_labelled(public: bytes, label: bytes, data: bytes, signature: bytes) -> None:
    """Raises Malformed or Unverified, as `verify` does."""
    verify(public, _labelled(label, data), signature)


def _labelled(label: bytes, data: bytes) -> bytes:
    # A newline inside the label would move the boundary: two purposes could sign the same bytes.
    if b"\n" in label:
        raise ValueError("a label is one line")
    return label + b"\n" + data
