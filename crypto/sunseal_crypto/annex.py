"""The annex of a bundle: headers of revoked bids, encrypted to the supervisors.

With a header and the points that custodians proved anyone decrypts the whole bid, so the bundle
holds none. Supervisors get them beside it, to see for themselves why a bid did not open.
"""

import io
from typing import Annotated, BinaryIO, Literal

from msgspec import Meta, Struct

from sunseal_crypto import age, canonical

MAX_ANNEX_BYTES = 512 << 20


class RevokedHeader(Struct, frozen=True, forbid_unknown_fields=True):
    """The age header of the bid in a leaf, its exact bytes."""

    envelope: str
    position: Annotated[int, Meta(ge=0)]
    header: bytes


class Annex(Struct, frozen=True, forbid_unknown_fields=True):
    """What an annex holds, once its supervisors' identity has decrypted it."""

    version: Literal["sunseal/annex/v1"]
    headers: list[RevokedHeader]


def parse(data: bytes) -> Annex:
    """Raises Malformed."""
    return canonical.decode(Annex, data, limit=MAX_ANNEX_BYTES)


def seal(
    headers: list[RevokedHeader], sink: BinaryIO, recipients: list[age.X25519Recipient]
) -> None:
    """Writes the annex as an age file that each of the recipients opens."""
    plain = canonical.encode(Annex("sunseal/annex/v1", headers))
    age.encrypt(io.BytesIO(plain), sink, recipients)
