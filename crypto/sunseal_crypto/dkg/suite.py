"""The ciphersuite: labels, Schnorr signatures, the cipher between two custodians, the context."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import nacl.bindings as sodium
from nacl.exceptions import CryptoError as SodiumError

from sunseal_crypto import group
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.group import Point, Scalar

SUITE = b"COCKTAIL(Ed25519, SHA-512)"
CONTEXT_LABEL = b"COCKTAIL-DKG-CONTEXT"
CIPHER_LABEL = b"COCKTAIL-DKG-Ed25519-SHA512-H6"
CHALLENGE_LABEL = b"COCKTAIL-DKG-Ed25519-SHA512-H7"
NONCE_LABEL = b"COCKTAIL-DKG-Ed25519-SHA512-NONCE"

SIGNATURE_SIZE = 64
KEY_SIZE = 32
NONCE_SIZE = 24


@dataclass(frozen=True, slots=True)
class StaticKey:
    """A custodian's key for one ceremony; deleting it ends its power over that envelope."""

    secret: Scalar = field(repr=False)
    public: Point

    @classmethod
    def generate(cls) -> "StaticKey":
        return cls.from_secret(group.random_scalar())

    @classmethod
    def from_secret(cls, secret: bytes) -> "StaticKey":
        """Raises Malformed when `secret` is not a canonical scalar, or zero."""
        scalar = group.parse_scalar(secret)
        return cls(scalar, group.parse_point(group.base_mul(scalar)))


def context(session_id: bytes, static_publics: Sequence[bytes]) -> bytes:
    """What ties every key and signature to one session, one suite and one order of custodians."""
    return sha512(
        CONTEXT_LABEL
        + u64_be(len(session_id))
        + session_id
        + u64_be(len(SUITE))
        + SUITE
        + u32_le(len(static_publics))
        + b"".join(static_publics)
    )


def sign(secret: Scalar, message: bytes) -> bytes:
    """A Schnorr signature R ‖ z. The nonce is derived as the vectors demand."""
    nonce = group.reduce(sha512(NONCE_LABEL + secret + message))
    if nonce == group.ZERO:
        # z would then be c · secret, and the challenge is public.
        raise Unverified("the nonce is zero: this session cannot be signed")
    commitment = group.base_mul(nonce)
    challenge = _challenge(commitment, group.base_mul(secret), message)
    return commitment + group.scalar_add(nonce, group.scalar_mul(challenge, secret))


def verify(public: Point, signature: bytes, message: bytes) -> None:
    """Raises Malformed or Unverified."""
    if len(signature) != SIGNATURE_SIZE:
        raise Malformed(f"a signature has {SIGNATURE_SIZE} bytes, not {len(signature)}")
    commitment = group.parse_point(signature[: group.SIZE])
    response = group.parse_scalar(signature[group.SIZE :])
    challenge = _challenge(commitment, public, message)
    if group.base_mul(response) != group.add(commitment, group.mul(challenge, public)):
        raise Unverified("the signature does not verify")


def cipher_key(
    ephemeral_shared: Point,
    static_shared: Point,
    ephemeral: Point,
    sender: Point,
    recipient: Point,
    ctx: bytes,
) -> tuple[bytes, bytes]:
    """Key and nonce (H6) of the one ciphertext from `sender` to `recipient` in this session."""
    digest = sha512(
        CIPHER_LABEL
        + ephemeral_shared
        + static_shared
        + ephemeral
        + sender
        + recipient
        + u64_le(len(ctx))
        + ctx
    )
    return digest[:KEY_SIZE], digest[KEY_SIZE : KEY_SIZE + NONCE_SIZE]


def encrypt(plaintext: bytes, key: bytes, nonce: bytes) -> bytes:
    """XChaCha20-Poly1305; key and nonce serve this one plaintext."""
    return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, b"", nonce, key)


def decrypt(ciphertext: bytes, key: bytes, nonce: bytes) -> bytes:
    try:
        return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, b"", nonce, key)
    except SodiumError:
        raise Unverified("the ciphertext does not decrypt") from None


def sha512(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


def u64_be(number: int) -> bytes:
    return number.to_bytes(8, "big")


def u64_le(number: int) -> bytes:
    return number.to_bytes(8, "little")


def u32_le(number: int) -> bytes:
    return number.to_bytes(4, "little")


def _challenge(commitment: Point, public: Point, message: bytes) -> Scalar:
    return group.reduce(sha512(CHALLENGE_LABEL + commitment + public + message))
