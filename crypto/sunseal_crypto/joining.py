"""Joinings: an organization's word that a pseudonym is its own, kept sealed until the opening."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sunseal_crypto import canonical
from sunseal_crypto.signing import (
    SIGNATURE_BYTES,
    SigningKey,
    check_public_key,
    sign_labelled,
    verify_labelled,
)
from sunseal_crypto.statement import Hash, Id

LABEL = b"sunseal/joining/v1"
MAX_JOINING_BYTES = 4 << 10


class Joining(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`pseudonym` acts for the signing organization in this envelope, and nowhere else."""

    version: Literal["sunseal/joining/v1"] = "sunseal/joining/v1"
    origin: Id
    tender: Id
    envelope: Id
    pseudonym: Hash


class SignedJoining(Struct, frozen=True, forbid_unknown_fields=True):
    """The exact bytes of a joining, and the organization's signature over them."""

    joining: bytes
    signature: Annotated[bytes, Meta(min_length=SIGNATURE_BYTES, max_length=SIGNATURE_BYTES)]


def sign(joining: Joining, organization: SigningKey) -> SignedJoining:
    """Raises Malformed."""
    data = canonical.encode(joining)
    _parse(data)
    return SignedJoining(data, sign_labelled(organization, LABEL, data))


def verify(signed: SignedJoining, organization: bytes) -> Joining:
    """`organization` is its enrolled public key. Raises Malformed, Unverified."""
    joining = _parse(signed.joining)
    verify_labelled(organization, LABEL, signed.joining, signed.signature)
    return joining


def _parse(data: bytes) -> Joining:
    joining = canonical.decode(Joining, data, limit=MAX_JOINING_BYTES)
    check_public_key(joining.pseudonym)
    return joining
