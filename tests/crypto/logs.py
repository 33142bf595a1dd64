"""A small log with its cosigners, made of the real parts, for the tests around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sunseal_crypto import checkpoint, merkle, notes, receipt, tick
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.entry import LoggedEntry, TickEntry
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.tick import TickLeaf, TickTree

ORIGIN = "log.example/1"
NOON = datetime(2027, 3, 20, 12, 0, 0, tzinfo=UTC)
SEED = b"s" * 32
LOG = NoteSigner(ORIGIN, SigningKey.from_seed(b"l" * 32))
COSIGNERS = [
    NoteSigner(f"cosigner.example/{name}", SigningKey.from_seed(name.encode() * 32), COSIGNATURE)
    for name in "abc"
]
VERIFIERS = [cosigner.verifier for cosigner in COSIGNERS]
QUORUM = 2


def cosigned(point: Checkpoint, cosigners: Sequence[NoteSigner] = COSIGNERS) -> bytes:
    """The note of `point` with everybody's cosignature at noon."""
    note = checkpoint.sign_checkpoint(point, LOG)
    for cosigner in cosigners:
        note = notes.add_line(note, checkpoint.cosign(point.encode(), cosigner, NOON))
    return note


@dataclass
class Log:
    """Ticks numbered from 100, so that number and index differ."""

    entries: list[bytes] = field(default_factory=list)

    def tick(self, details: Mapping[int, bytes]) -> list[LoggedEntry]:
        """One tick with these details (slot → detail) under nonces of zeros."""
        commitments = {slot: tick.commitment(bytes(32), d) for slot, d in details.items()}
        tree = TickTree(SEED, commitments)
        leaf = TickLeaf(100 + len(self.entries), NOON, tree.root).encode()
        self.entries.append(leaf)
        return [
            LoggedEntry(
                nonce=bytes(32),
                detail=detail,
                slot=slot,
                path=tree.path(slot),
                leaf=leaf,
                index=len(self.entries) - 1,
            )
            for slot, detail in details.items()
        ]

    def checkpoint(self) -> Checkpoint:
        return Checkpoint(ORIGIN, len(self.entries), merkle.root(self._leaves()))

    def receipt(self, entry: LoggedEntry, note: bytes | None = None) -> bytes:
        way = TickEntry(
            nonce=entry.nonce,
            detail=entry.detail,
            slot=entry.slot,
            path=entry.path,
            leaf=entry.leaf,
        )
        proof = merkle.inclusion_proof(self._leaves(), entry.index)
        return receipt.make(way, entry.index, proof, note or cosigned(self.checkpoint()))

    def _leaves(self) -> list[bytes]:
        return [merkle.leaf_hash(entry) for entry in self.entries]
