"""The envelope's recipient, which proves who made its stanza while that can still be proved."""

import os
from dataclasses import dataclass
from hashlib import sha256

from sunseal_crypto import proofs
from sunseal_crypto.age import Stanza, X25519Recipient, x25519
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.proofs import AuthorshipContext

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Authorship:
    """The envelope stanza's share, the SHA-256 of its body, and the proof of who made it."""

    share: bytes
    body_hash: bytes
    proof: bytes


class EnvelopeRecipient:
    """Wraps for the envelope and keeps the proof, never the secret.

    The ephemeral secret lives in one call of `wrap`: whoever has it can open the bid.
    """

    def __init__(self, envelope: EnvelopeKey, pseudonym: bytes) -> None:
        self._envelope = envelope
        self._pseudonym = pseudonym
        self._authorship: Authorship | None = None

    def wrap(self, file_key: bytes) -> list[Stanza]:
        secret = os.urandom(SECRET_BYTES)
        recipient = X25519Recipient.from_string(self._envelope.recipient)
        stanza = x25519.wrap(file_key, recipient, secret)
        body_hash = sha256(stanza.body).digest()
        proof = proofs.prove_authorship(secret, context(self._envelope, self._pseudonym, body_hash))
        self._authorship = Authorship(x25519.share(stanza), body_hash, proof)
        return [stanza]

    @property
    def authorship(self) -> Authorship:
        if self._authorship is None:
            raise ValueError("nothing has been wrapped for the envelope yet")
        return self._authorship


def context(envelope: EnvelopeKey, pseudonym: bytes, body_hash: bytes) -> AuthorshipContext:
    """What the proof is bound to, so that it is of no use for another bid."""
    return AuthorshipContext(
        origin=envelope.terms.origin,
        tender=envelope.terms.tender,
        envelope=envelope.terms.envelope,
        terms=envelope.terms_hash,
        pseudonym=pseudonym,
        body_hash=body_hash,
    )
