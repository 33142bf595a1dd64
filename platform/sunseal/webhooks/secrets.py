"""A webhook's secret, sealed to the worker, who alone signs with it.

A web server shows it once and cannot read it back. It is sealed together with whose it is, so that
a secret copied into another row signs nothing there.
"""

import io
from uuid import UUID

from sunseal_crypto.age import Identity, X25519Recipient, decrypt, encrypt

ID_BYTES = 16


class NotThisWebhooks(Exception):
    """The words quote nothing of what was sealed."""

    def __init__(self) -> None:
        super().__init__("A webhook's sealed secret is another's.")


def seal(recipient: str, webhook_id: UUID, secret: bytes) -> bytes:
    """For `recipient` alone, as the roster names the worker."""
    sealed = io.BytesIO()
    plain = io.BytesIO(webhook_id.bytes + secret)
    encrypt(plain, sealed, [X25519Recipient.from_string(recipient)])
    return sealed.getvalue()


def unseal(identity: Identity, webhook_id: UUID, sealed: bytes) -> bytes:
    """Raises AgeError, NotThisWebhooks."""
    plain = io.BytesIO()
    decrypt(io.BytesIO(sealed), plain, [identity])
    opened = plain.getvalue()
    if opened[:ID_BYTES] != webhook_id.bytes:
        raise NotThisWebhooks
    return opened[ID_BYTES:]
