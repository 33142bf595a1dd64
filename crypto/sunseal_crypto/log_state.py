"""What one cosigner saw of the log, in one file that proves itself.

Its journal is the only memory of the log that the platform cannot write. Whoever restores a backup
compares it with these files, and an auditor finds with them what a bundle leaves out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from sunseal_crypto import canonical, checkpoint, merkle, notes
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey
from sunseal_crypto.roster import Roster
from sunseal_crypto.tick import TickLeaf

MAX_BYTES = 256 << 20


class LogState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`checkpoint` is the last note, with the log's signature and the cosigner's own line.

    `frontier` is the log before leaf `start`, `leaves` are all from there on.
    """

    version: Literal["sunseal/log-state/v1"]
    cosigner: str
    checkpoint: bytes
    start: int
    frontier: bytes
    leaves: list[bytes]


@dataclass(frozen=True, slots=True)
class Seen:
    """A verified state: `checkpoint` was cosigned by `name`; leaves from `start` on are known."""

    name: str
    checkpoint: Checkpoint
    note: bytes
    start: int
    frontier: bytes
    leaves: tuple[bytes, ...]

    @property
    def size(self) -> int:
        return self.checkpoint.size

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` leaves. Raises Unverified outside what the file shows."""
        return merkle.Frontier.decode(self.frontier_at(size)).root()

    def frontier_at(self, size: int) -> bytes:
        """The log when it had `size` leaves. Raises Unverified outside what the file shows."""
        if not self.start <= size <= self.size:
            raise Unverified(f"state of {self.name}: it shows the log from {self.start} on")
        frontier = merkle.Frontier.decode(self.frontier)
        frontier.extend(merkle.leaf_hash(leaf) for leaf in self.leaves[: size - self.start])
        return frontier.encode()

    def ticks(self, first: int) -> list[TickLeaf]:
        """The ticks from leaf `first` on. Raises Malformed."""
        return [TickLeaf.parse(leaf) for leaf in self.leaves[max(0, first - self.start) :]]


def parse(data: bytes) -> LogState:
    """Raises Malformed."""
    return canonical.decode(LogState, data, limit=MAX_BYTES)


def verify(state: LogState, roster: Roster) -> Seen:
    """Raises Malformed, Unverified unless log and cosigner signed exactly these leaves."""
    # 1. The roster knows the cosigner, who vouched for a checkpoint of this log.
    seen = checkpoint.open_checkpoint(state.checkpoint, VerifierKey.parse(roster.log))
    _check_cosigned(state, roster)
    # 2. The leaves lead to its root, so none is missing, added or changed.
    rebuild(state.start, state.frontier, state.leaves, seen)
    return Seen(
        name=state.cosigner,
        checkpoint=seen,
        note=state.checkpoint,
        start=state.start,
        frontier=state.frontier,
        leaves=tuple(state.leaves),
    )


def rebuild(start: int, frontier: bytes, leaves: Sequence[bytes], seen: Checkpoint) -> None:
    """Raises unless `leaves` behind the frontier give the checkpoint. The peaks are bound too: no
    others hash to its root."""
    grown = merkle.Frontier.decode(frontier)
    if grown.size != start:
        raise Malformed(f"log: a frontier of {grown.size} where {start} leaves are left out")
    grown.extend(merkle.leaf_hash(leaf) for leaf in leaves)
    if (grown.size, grown.root()) != (seen.size, seen.root):
        raise Unverified(f"log: the leaves shown do not give the root that {seen.size} have")


def _check_cosigned(state: LogState, roster: Roster) -> None:
    keys = {
        key.name: key for key in (VerifierKey.parse(k, COSIGNATURE) for k in roster.cosigners())
    }
    key = keys.get(state.cosigner)
    if key is None:
        raise Unverified(f"state of {state.cosigner}: the roster lists no such cosigner")
    note = notes.parse(state.checkpoint)
    signature = note.signature_of(key)
    if signature is None:
        raise Unverified(f"state of {state.cosigner}: its own cosignature is missing")
    checkpoint.verify_cosignature(note.text, signature, key)
