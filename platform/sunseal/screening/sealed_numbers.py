"""A person's whole number, sealed to the worker: what digests can be made from again.

A web server can take numbers in and read none back. Each is sealed together with whose it is, so
that two fields exchanged in the database do not make one person of the other.
"""

import io
from uuid import UUID

import msgspec

from sunseal.errors import SunsealError
from sunseal_crypto.age import AgeError, Identity, X25519Recipient, decrypt, encrypt


class SealBroken(SunsealError):
    """The words quote nothing of what was sealed."""

    def __init__(self, owner: UUID) -> None:
        super().__init__(f"The sealed number of {owner} cannot be opened, or is another's.")


class _Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    owner: UUID
    number: str

    def __repr__(self) -> str:
        return f"_Sealed({self.owner})"


def seal(recipient: str, owner: UUID, number: str) -> bytes:
    """For `recipient` alone, as the roster names the worker."""
    sealed = io.BytesIO()
    plain = io.BytesIO(msgspec.json.encode(_Sealed(owner, number)))
    encrypt(plain, sealed, [X25519Recipient.from_string(recipient)])
    return sealed.getvalue()


def unseal(identity: Identity, owner: UUID, sealed: bytes) -> str:
    """Raises SealBroken."""
    plain = io.BytesIO()
    try:
        decrypt(io.BytesIO(sealed), plain, [identity])
        opened = msgspec.json.decode(plain.getvalue(), type=_Sealed)
    except (AgeError, msgspec.DecodeError):
        raise SealBroken(owner) from None
    if opened.owner != owner:
        raise SealBroken(owner)
    return opened.number
