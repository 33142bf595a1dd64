"""The first and the last section of a backup: what it is of, and what it holds."""

from datetime import datetime
from typing import Literal

import msgspec

from sunseal.backup.errors import NotReadable
from sunseal_crypto import canonical
from sunseal_crypto.errors import Malformed

MAX_BYTES = 64 << 20


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`size` is the log's; `checkpoint` its newest, with the cosignatures it had. `schema` is the
    migration that the tables follow."""

    version: Literal["sunseal/backup/v1"]
    origin: str
    roster: bytes
    schema: str
    size: int
    checkpoint: str
    made_at: datetime


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`tables` are rows by table; `missing` are objects that rows named and the store did not have:
    destroyed since the snapshot, or lost."""

    tables: dict[str, int]
    objects: int
    missing: list[str]


def about(data: bytes) -> About:
    """Raises NotReadable."""
    try:
        return canonical.decode(About, data, limit=MAX_BYTES)
    except Malformed as error:
        raise NotReadable(str(error)) from None


def counted(data: bytes) -> Counted:
    """Raises NotReadable."""
    try:
        return canonical.decode(Counted, data, limit=MAX_BYTES)
    except Malformed as error:
        raise NotReadable(str(error)) from None
