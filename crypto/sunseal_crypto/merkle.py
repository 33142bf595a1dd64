"""The Merkle tree of RFC 6962 §2.1.

Every proof is a list of subtree hashes; which subtrees depends on sizes alone. `*_ranges` name
them as half-open ranges of leaves, and makers and verifiers walk the same names.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Self

from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.spelling import MAX_NUMBER

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()

Range = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    # The prefixes keep an inner node from being shown as an entry, and the reverse.
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The tree hash over `leaf_hashes`."""
    if not leaf_hashes:
        return EMPTY_ROOT
    nodes = list(leaf_hashes)
    # A lone last node moves up unchanged, which is RFC 6962's split seen from below.
    while len(nodes) > 1:
        alone = nodes[-1:] if len(nodes) % 2 else []
        pairs = zip(nodes[::2], nodes[1::2], strict=False)
        nodes = [node_hash(left, right) for left, right in pairs] + alone
    return nodes[0]


def split(count: int) -> int:
    """The largest power of two below `count` (≥ 2): how many leaves lie on the left."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The siblings on the way from leaf `index` up to the root, lowest first."""
    if not 0 <= index < size <= MAX_NUMBER:
        raise Malformed(f"inclusion proof: no leaf {index} in a tree of {size}")
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The subtrees that tie a tree of `old` leaves to its growth to `new`, lowest first.

    When the first does not start at the old tree's own root (`old` is no power of two), it is
    the last complete subtree of the old tree; every other is a sibling on its way up.
    """
    if not 0 <= old <= new <= MAX_NUMBER:
        raise Malformed(f"consistency proof: a tree of {old} cannot grow to {new}")
    if old == 0:
        return []
    start, end, ranges = 0, new, []
    while end != old:
        middle = start + split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start > 0:
        ranges.append((start, end))
    return ranges[::-1]


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    ranges = inclusion_ranges(index, len(leaf_hashes))
    return [root(leaf_hashes[start:end]) for start, end in ranges]


def consistency_proof(leaf_hashes: Sequence[bytes], old: int) -> list[bytes]:
    """From the first `old` leaves to all of them."""
    ranges = consistency_ranges(old, len(leaf_hashes))
    return [root(leaf_hashes[start:end]) for start, end in ranges]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> None:
    """Raises unless the leaf hash `leaf` is leaf `index` of the tree (`size`, `expected`)."""
    ranges = inclusion_ranges(index, size)
    _check_proof(ranges, proof, "inclusion proof")
    node = leaf
    for (start, _), sibling in zip(ranges, proof, strict=True):
        node = node_hash(node, sibling) if index < start else node_hash(sibling, node)
    if node != expected:
        raise Unverified(f"inclusion proof: it does not lead leaf {index} to the root")


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raises unless the tree (`new`, `new_root`) only adds leaves to (`old`, `old_root`)."""
    ranges = consistency_ranges(old, new)
    _check_proof(ranges, proof, "consistency proof")
    if old == 0:
        # Everything extends the empty tree, but its root is no matter of choice.
        was, now = EMPTY_ROOT, new_root if new else EMPTY_ROOT
    else:
        was, now = _rebuild(old, old_root, ranges, proof)
    if was != old_root or now != new_root:
        raise Unverified(f"consistency proof: the tree of {new} does not extend that of {old}")


def _rebuild(
    old: int, old_root: bytes, ranges: Sequence[Range], proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    steps = list(zip(ranges, proof, strict=True))
    seed = old_root
    if steps and steps[0][0][1] == old:
        (_, seed), *steps = steps
    was = now = seed
    for (start, _), sibling in steps:
        if start < old:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
        else:
            now = node_hash(now, sibling)
    return was, now


def _check_proof(ranges: Sequence[Range], proof: Sequence[bytes], what: str) -> None:
    if len(proof) != len(ranges):
        raise Malformed(f"{what}: {len(proof)} hashes where {len(ranges)} belong")
    if any(len(node) != HASH_BYTES for node in proof):
        raise Malformed(f"{what}: a hash is not {HASH_BYTES} bytes long")


class Frontier:
    """The right edge of a growing tree: all that is needed to append and to know the root.

    Whoever follows a log appends every new leaf here and compares the root, so that not one leaf
    can be slipped in, changed or left out; a few hundred bytes are all it has to remember.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # roots of the complete subtrees, largest first

    def append(self, leaf: bytes) -> None:
        """Adds one leaf hash."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def encode(self) -> bytes:
        """The size, 8 bytes big-endian, then the peaks, largest first."""
        return self.size.to_bytes(8, "big") + b"".join(self._peaks)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Raises Malformed."""
        size, peaks = int.from_bytes(data[:8], "big"), data[8:]
        if len(data) < 8 or size > MAX_NUMBER:
            raise Malformed("frontier: no size that a tree can have")
        if len(peaks) != size.bit_count() * HASH_BYTES:
            raise Malformed(f"frontier: not the hashes of a tree of {size}")
        frontier = cls()
        frontier.size = size
        frontier._peaks = [peaks[i : i + HASH_BYTES] for i in range(0, len(peaks), HASH_BYTES)]
        return frontier
