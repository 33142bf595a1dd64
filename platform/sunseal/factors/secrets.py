"""What a stolen database must not give: the secrets of codes, and recovery codes; and what one
that somebody writes into must not take: a passkey of his own.

All hang on a key that is made of the platform's promise key, which is in no database.
"""

import hashlib
import hmac
import os
import secrets
from base64 import b32encode
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sunseal_crypto.framing import fields
from sunseal_crypto.signing import SigningKey

LABEL = b"sunseal/factor/v1"
CHALLENGE_LABEL = b"sunseal/passkey-challenge/v1"
NONCE_BYTES = 12
# 50 bits: with the key elsewhere there is nothing to try them against but the platform itself.
RECOVERY_CODES, RECOVERY_BYTES = 10, 7
HALF = 5


def seal(key: SigningKey, person_id: UUID, secret: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, secret.encode(), person_id.bytes)


def unseal(key: SigningKey, person_id: UUID, sealed: bytes) -> str:
    """Raises cryptography's InvalidTag for a secret that was moved to another person."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return _cipher(key).decrypt(nonce, body, person_id.bytes).decode()


def recovery_codes() -> list[str]:
    """Ten of the form `abcde-fghij`."""
    made = [
        b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()[: 2 * HALF]
        for _ in range(RECOVERY_CODES)
    ]
    return [f"{code[:HALF]}-{code[HALF:]}" for code in made]


def recovery_digest(key: SigningKey, person_id: UUID, code: str) -> bytes:
    """However it is typed: case, spaces and dashes do not count."""
    plain = "".join(code.lower().split()).replace("-", "")
    return hmac.digest(_key(key), fields(b"recovery", person_id.bytes, plain.encode()), "sha256")


def passkey_mac(key: SigningKey, person_id: UUID, credential_id: bytes, public_key: bytes) -> bytes:
    """By which a passkey that was added here is told from a row that somebody wrote or moved."""
    parts = fields(b"passkey", person_id.bytes, credential_id, public_key)
    return hmac.digest(_key(key), parts, "sha256")


def challenge_digest(purpose: str, bound: bytes, challenge: bytes) -> bytes:
    """Of a challenge for one purpose in one session: for any other it is another digest."""
    return hashlib.sha256(fields(CHALLENGE_LABEL, purpose.encode(), bound, challenge)).digest()


def digest(token: str) -> bytes:
    """Of a token of 256 random bits, which nobody can try."""
    return hashlib.sha256(token.encode()).digest()


def _cipher(key: SigningKey) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_key(key))


def _key(key: SigningKey) -> bytes:
    return hmac.digest(key.seed(), LABEL, hashlib.sha256)
