"""What a rectification notice says, and where the log holds it."""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

VERSION = "sunseal/rectification/v1"


class Order(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`tender` is its reference, or empty; `entries` and `ticks` are the evidence in the log."""

    version: str
    reference: str
    finding: str
    rule: str
    tender: str
    facts: str
    entries: list[str]
    ticks: list[int]
    addressee: str
    demand: str
    deadline: datetime
    ordered_at: datetime
    authority: str


@dataclass(frozen=True, slots=True)
class Position:
    """The order's entry, in a slot of leaf `index`; `digest` is the order's own SHA-256."""

    tick: int
    slot: int
    index: int
    commitment: bytes
    digest: bytes
