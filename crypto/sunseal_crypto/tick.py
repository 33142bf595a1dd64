"""One tick of the log: a tree of 4096 slots, as many entries as there were, one public leaf.

Outside, a tick with no entry and one with four thousand look the same: a number, a time, a root.
An untouched subtree is one HMAC under the tick's secret seed; when the seed is revealed, anyone
recomputes the root from the entries shown, and an entry kept back cannot hide in the rest.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Self

from sunseal_crypto import merkle
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.spelling import base64_bytes, base64_text, decimal, utf8_lines

DEPTH = 12
SLOTS = 1 << DEPTH
NONCE_BYTES = 32
SEED_BYTES = 32

# HMAC's two keys (RFC 2104) are the seed, filled up to a block, with every byte changed so.
_BLOCK_BYTES = 64
_INSIDE = bytes(byte ^ 0x36 for byte in range(256))
_OUTSIDE = bytes(byte ^ 0x5C for byte in range(256))
_PLACE_BYTES = 5  # a level in one byte, an index in four

_COMMIT_LABEL = b"sunseal/commit/v1\n"
_LEAF_LABEL = "sunseal/tick/v1"
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


def commitment(nonce: bytes, detail: bytes) -> bytes:
    """What the log holds of an entry: it binds to `detail` and hides it."""
    # A nonce of another length could lend bytes to the detail: one commitment, two openings.
    if len(nonce) != NONCE_BYTES:
        raise Malformed(f"commitment: a nonce of {len(nonce)} bytes where {NONCE_BYTES} belong")
    return sha256(_COMMIT_LABEL + nonce + detail).digest()


class TickTree:
    """The tree over `entries` (slot → commitment); hashes only the subtrees they touch."""

    def __init__(self, seed: bytes, entries: Mapping[int, bytes]) -> None:
        if len(seed) != SEED_BYTES:
            raise Malformed(f"tick: a seed of {len(seed)} bytes where {SEED_BYTES} belong")
        block = seed.ljust(_BLOCK_BYTES, b"\x00")
        self._inside, self._outside = block.translate(_INSIDE), block.translate(_OUTSIDE)
        self._levels = [{slot: _slot_leaf(slot, entry) for slot, entry in entries.items()}]
        for level in range(DEPTH):
            self._levels.append(self._parents(level))
        self.root = self._node(DEPTH, 0)

    def path(self, slot: int) -> list[bytes]:
        """The twelve siblings of a taken slot, lowest first."""
        if slot not in self._levels[0]:
            raise ValueError(f"slot {slot} holds no entry")
        return [self._node(level, (slot >> level) ^ 1) for level in range(DEPTH)]

    def _parents(self, level: int) -> dict[int, bytes]:
        nodes, empty, parents = self._levels[level], self._empty, {}
        for index, node in nodes.items():
            beside = nodes.get(index ^ 1) or empty(level, index ^ 1)
            # Of two siblings the second finds their parent made.
            if index >> 1 not in parents:
                pair = (beside, node) if index & 1 else (node, beside)
                parents[index >> 1] = merkle.node_hash(*pair)
        return parents

    def _node(self, level: int, index: int) -> bytes:
        return self._levels[level].get(index) or self._empty(level, index)

    def _empty(self, level: int, index: int) -> bytes:
        # HMAC spelled out: an audit makes millions, and the library's takes twice as long.
        place = (level << 32 | index).to_bytes(_PLACE_BYTES, "big")
        return sha256(self._outside + sha256(self._inside + place).digest()).digest()


def root(seed: bytes, entries: Mapping[int, bytes]) -> bytes:
    """Raises Malformed when a slot or a commitment is out of range."""
    return TickTree(seed, entries).root


def path(seed: bytes, entries: Mapping[int, bytes], slot: int) -> list[bytes]:
    """For one entry; whoever needs many asks one `TickTree`."""
    return TickTree(seed, entries).path(slot)


def verify_path(entry: bytes, slot: int, path: Sequence[bytes], root: bytes) -> None:
    """Raises unless the commitment `entry` is in `slot` under `root`."""
    node = _slot_leaf(slot, entry)
    if len(path) != DEPTH or any(len(sibling) != merkle.HASH_BYTES for sibling in path):
        raise Malformed(f"tick path: not {DEPTH} hashes")
    for level, sibling in enumerate(path):
        right = (slot >> level) & 1
        node = merkle.node_hash(sibling, node) if right else merkle.node_hash(node, sibling)
    if node != root:
        raise Unverified(f"tick path: it does not lead the entry in slot {slot} to the root")


@dataclass(frozen=True, slots=True)
class TickLeaf:
    """The log's entry for one tick. `time` is UTC in whole milliseconds."""

    number: int
    time: datetime
    root: bytes

    def __post_init__(self) -> None:
        if self.time.utcoffset() != timedelta(0) or self.time.microsecond % 1000:
            raise Malformed("tick leaf: its time is not UTC in whole milliseconds")

    def encode(self) -> bytes:
        """The exact bytes that the log hashes."""
        time = _spell_time(self.time)
        return f"{_LEAF_LABEL}\n{self.number}\n{time}\n{base64_text(self.root)}\n".encode()

    @classmethod
    def parse(cls, entry: bytes) -> Self:
        """Raises Malformed."""
        label, number, time, root = utf8_lines(entry, "tick leaf", count=4)
        if label != _LEAF_LABEL:
            raise Malformed(f"tick leaf: the first line is not {_LEAF_LABEL}")
        return cls(
            number=decimal(number, "tick number"),
            time=_parse_time(time),
            root=base64_bytes(root, "tick root", length=merkle.HASH_BYTES),
        )


def verify_tick(seed: bytes, entries: Mapping[int, bytes], leaf: TickLeaf) -> None:
    """Raises unless `entries` are all that the tick holds, by its revealed seed."""
    if TickTree(seed, entries).root != leaf.root:
        raise Unverified(f"tick {leaf.number}: seed and entries shown do not give its root")


def _slot_leaf(slot: int, entry: bytes) -> bytes:
    if not 0 <= slot < SLOTS:
        raise Malformed(f"tick: there is no slot {slot}")
    if len(entry) != merkle.HASH_BYTES:
        raise Malformed(f"tick: the commitment in slot {slot} is not {merkle.HASH_BYTES} bytes")
    return merkle.leaf_hash(entry)


def _parse_time(text: str) -> datetime:
    if _TIME.fullmatch(text) is None:
        raise Malformed("tick time: not RFC 3339 in UTC with milliseconds")
    try:
        time = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise Malformed(f"tick time: {text} is not in the calendar") from None
    # Some versions of Python read 24:00 as the next midnight, which has a spelling already.
    if _spell_time(time) != text:
        raise Malformed(f"tick time: {text} is not in the calendar")
    return time


def _spell_time(time: datetime) -> str:
    return time.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
