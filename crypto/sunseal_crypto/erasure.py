"""The end of a key: a custodian says, signed, that it holds no part of it any more.

Statements by n − t + 1 custodians say that nobody can open the bids again: a promise of so many
institutions, not a proof.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from sunseal_crypto import canonical, signing
from sunseal_crypto.ceremony import Signed
from sunseal_crypto.errors import Unverified
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.terms import Terms

LABEL = b"sunseal/erasure/v1"


class Erasure(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`custodian` holds no part of the keys of `sessions` any more."""

    version: Literal["sunseal/erasure/v1"] = "sunseal/erasure/v1"
    origin: str
    tender: str
    envelope: str
    custodian: int
    sessions: list[bytes]
    at: datetime


def sign(erasure: Erasure, identity: SigningKey) -> bytes:
    """The statement as it is handed in."""
    data = canonical.encode(erasure)
    return canonical.encode(Signed(data, signing.sign_labelled(identity, LABEL, data)))


def open_erasure(
    body: bytes, identity: bytes, custodian: int, terms: Terms, session: bytes
) -> Erasure:
    """What a custodian said about its part of the key made in `session` under `terms`.

    Raises Malformed, Unverified.
    """
    signed = canonical.decode(Signed, body)
    signing.verify_labelled(identity, LABEL, signed.statement, signed.signature)
    said = canonical.decode(Erasure, signed.statement)
    place = (terms.origin, terms.tender, terms.envelope, custodian)
    if (said.origin, said.tender, said.envelope, said.custodian) != place:
        raise Unverified("erasure: about another key, or of another custodian")
    if session not in said.sessions:
        raise Unverified("erasure: the key in use is not among those erased")
    if said.at < terms.not_before:
        raise Unverified("erasure: before the bids under this key could be opened")
    return said
