"""Receipts: one text file that proves, offline, that the log holds an entry.

A receipt is a tlog-proof of the tick's leaf; its `extra` is the canonical JSON of the entry's
own way to that leaf. Nothing in `extra` counts until it has led to the signed root.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sunseal_crypto import canonical, merkle
from sunseal_crypto.checkpoint import open_cosigned
from sunseal_crypto.entry import TickEntry, verify_entry
from sunseal_crypto.errors import Unverified
from sunseal_crypto.note_keys import VerifierKey
from sunseal_crypto.tick import TickLeaf
from sunseal_crypto.tlog_proof import TlogProof


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """What the log provably holds: `detail`, in tick `tick`, which is leaf `index`."""

    origin: str
    detail: bytes
    commitment: bytes
    tick: TickLeaf
    index: int
    cosigned: dict[str, datetime]


def make(entry: TickEntry, index: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The receipt of `entry`, whose tick is leaf `index`; `checkpoint` is the cosigned note."""
    extra = canonical.encode(entry)
    return TlogProof(extra, index, tuple(proof), checkpoint).encode()


def verify(
    text: bytes, origin: str, log: VerifierKey, cosigners: Sequence[VerifierKey], quorum: int
) -> VerifiedReceipt:
    """Follows tlog-proof's "Verifying a tlog proof". Raises Malformed, Unverified."""
    proof = TlogProof.parse(text)
    entry = canonical.decode(TickEntry, proof.extra)

    # 1. The leaf hash: entry → commitment → slot → tick root → tick leaf.
    tick = verify_entry(entry)
    leaf = merkle.leaf_hash(entry.leaf)

    # 2, 3. The checkpoint is this log's, and enough cosigners known to the reader saw it.
    if log.name != origin:
        raise Unverified(f"receipt: the log key belongs to {log.name}, not to {origin}")
    seen = open_cosigned(proof.checkpoint, log, cosigners, quorum)

    # 4. The leaf is under that checkpoint's root.
    size, root = seen.checkpoint.size, seen.checkpoint.root
    merkle.verify_inclusion(leaf, proof.index, size, proof.hashes, root)
    return VerifiedReceipt(
        origin=origin,
        detail=entry.detail,
        commitment=entry.commitment,
        tick=tick,
        index=proof.index,
        cosigned=seen.cosigned,
    )
