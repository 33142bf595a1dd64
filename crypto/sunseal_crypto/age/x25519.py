"""The X25519 recipient type of age: one stanza per recipient.

The shared secret may also come from elsewhere: an envelope's identity exists nowhere, custodians
compute the secret together, and `unwrap_with_secret` opens the stanza with it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sunseal_crypto.age import bech32
from sunseal_crypto.age.errors import HeaderError, KeyFormatError, NoIdentityMatch
from sunseal_crypto.age.header import Stanza, decode_base64, encode_base64

STANZA_TYPE = "X25519"
RECIPIENT_PREFIX = "age"
IDENTITY_PREFIX = "AGE-SECRET-KEY-"
INFO = b"age-encryption.org/v1/X25519"
POINT_BYTES = 32
FILE_KEY_BYTES = 16
BODY_BYTES = FILE_KEY_BYTES + 16
# The wrap key is used once, because the ephemeral secret is; so the nonce may be fixed.
NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    """Whom a file is for: `age1…`."""

    point: bytes

    def __post_init__(self) -> None:
        if len(self.point) != POINT_BYTES:
            raise KeyFormatError(f"a recipient has {POINT_BYTES} bytes, not {len(self.point)}")

    @classmethod
    def from_string(cls, text: str) -> Self:
        """Raises KeyFormatError."""
        return cls(_key(text, RECIPIENT_PREFIX, "a recipient"))

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT_PREFIX, self.point)

    def wrap(self, file_key: bytes) -> list[Stanza]:
        return [wrap(file_key, self)]


@dataclass(frozen=True, slots=True)
class X25519Identity:
    """Who can open a file: `AGE-SECRET-KEY-1…`, always in upper case."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != POINT_BYTES:
            raise KeyFormatError(f"an identity has {POINT_BYTES} bytes, not {len(self.secret)}")

    @classmethod
    def generate(cls) -> Self:
        return cls(os.urandom(POINT_BYTES))

    @classmethod
    def from_string(cls, text: str) -> Self:
        """Raises KeyFormatError, whose message never repeats what may be a secret."""
        return cls(_key(text, IDENTITY_PREFIX, "an identity"))

    def __str__(self) -> str:
        return bech32.encode(IDENTITY_PREFIX.lower(), self.secret).upper()

    def recipient(self) -> X25519Recipient:
        return X25519Recipient(_private(self.secret).public_key().public_bytes_raw())

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes:
        """The file key. Raises NoIdentityMatch, or HeaderError when an X25519 stanza is malformed.

        Every stanza is checked before the secret is used on any.
        """
        ours = [(stanza, share(stanza)) for stanza in stanzas if stanza.type == STANZA_TYPE]
        point = self.recipient().point
        for stanza, ephemeral in ours:
            try:
                return unwrap_with_secret(stanza, _exchange(self.secret, ephemeral), point)
            except NoIdentityMatch:
                continue
        raise NoIdentityMatch("no X25519 stanza of the file is for this identity")


def wrap(
    file_key: bytes, recipient: X25519Recipient, ephemeral_secret: bytes | None = None
) -> Stanza:
    """Wraps `file_key` for `recipient`. Raises KeyFormatError when it is a point of low order.

    Whoever must later prove that he made the stanza passes 32 fresh random bytes and keeps them; an
    ephemeral secret used for two stanzas would use one key and nonce twice.
    """
    secret = os.urandom(POINT_BYTES) if ephemeral_secret is None else ephemeral_secret
    ephemeral = _private(secret).public_key().public_bytes_raw()
    try:
        shared = _exchange(secret, recipient.point)
    except HeaderError:
        raise KeyFormatError("the recipient is a point of low order: anyone could read") from None
    key = _wrap_key(shared, ephemeral, recipient.point)
    body = ChaCha20Poly1305(key).encrypt(NONCE, file_key, None)
    return Stanza((STANZA_TYPE, encode_base64(ephemeral)), body)


def share(stanza: Stanza) -> bytes:
    """The ephemeral share of a well-formed X25519 stanza, 32 bytes. Raises HeaderError."""
    if stanza.type != STANZA_TYPE:
        raise HeaderError("the stanza is not an X25519 one")
    if len(stanza.args) != 2:
        raise HeaderError(f"an X25519 stanza has two arguments, not {len(stanza.args)}")
    point = decode_base64(stanza.args[1].encode(), "the X25519 share")
    if len(point) != POINT_BYTES:
        raise HeaderError(f"the X25519 share has {len(point)} bytes, not {POINT_BYTES}")
    # A longer body could hold a key of another length and be made to open under many identities.
    if len(stanza.body) != BODY_BYTES:
        raise HeaderError(f"the body of an X25519 stanza has {len(stanza.body)} bytes, not 32")
    return point


def unwrap_with_secret(stanza: Stanza, shared_secret: bytes, recipient_point: bytes) -> bytes:
    """The file key, from the X25519 shared secret of the stanza's share and the recipient.

    Raises NoIdentityMatch when the secret is another one, HeaderError when the stanza is malformed.
    """
    ephemeral = share(stanza)
    if shared_secret == bytes(POINT_BYTES):
        raise HeaderError("the X25519 share is a point of low order")
    key = _wrap_key(shared_secret, ephemeral, recipient_point)
    try:
        return ChaCha20Poly1305(key).decrypt(NONCE, stanza.body, None)
    except InvalidTag:
        raise NoIdentityMatch("the X25519 stanza does not open with this secret") from None


def _exchange(secret: bytes, point: bytes) -> bytes:
    try:
        return _private(secret).exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError:
        raise HeaderError("the X25519 share is a point of low order") from None


def _private(secret: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(secret)


def _wrap_key(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=ephemeral + recipient, info=INFO).derive(shared)


def _key(text: str, prefix: str, what: str) -> bytes:
    found, data = bech32.decode(text)
    if found != prefix:
        raise KeyFormatError(f"{what} begins with {prefix}1, in this case of letters")
    return data
