"""What stands in the bundle's own files; everything else in it has a format of its own."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from sunseal_crypto.statement import Hash
from sunseal_crypto.tick import SLOTS

Number = Annotated[int, Meta(ge=0)]
Slot = Annotated[int, Meta(ge=0, lt=SLOTS)]


class About(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`bundle.json`. `size` is that of the log under the bundle's checkpoint."""

    version: Literal["sunseal/bundle/v1"] = "sunseal/bundle/v1"
    origin: str
    tender: str
    made_at: datetime
    size: Number


class Taken(Struct, frozen=True, forbid_unknown_fields=True, array_like=True, gc=False):
    """A slot of a tick, and the commitment in it: `[slot, commitment]`."""

    slot: Slot
    commitment: Hash


class TickRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of `ticks.jsonl`: a tick whose seed is shown, and all slots that it holds.

    Seed and slots give the tick's root, so nothing can be hidden in the rest of the tree.
    """

    number: Number
    seed: Hash
    taken: list[Taken]


class EntryRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """A line of `entries.jsonl`: one entry of the log, opened.

    `path` are the twelve siblings of the slot, lowest first, one after the other; empty in a tick
    whose row shows all its slots.
    """

    tick: Number
    slot: Slot
    nonce: Hash
    detail: bytes
    path: bytes


class CheckpointRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of `log/checkpoints.jsonl`: a checkpoint with its cosignatures, a signed note.

    There are those next to what happened in the tender, before and after: their cosignatures say
    by other clocks when that was.
    """

    size: Annotated[int, Meta(ge=1)]
    note: str


class Fact(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of `facts.jsonl`: what a table of the platform says now, to be held against the log.

    `waiting` is a fact whose last change is logged, but not under the bundle's checkpoint yet.
    """

    object: str
    field: str
    value: str
    waiting: bool
