"""The log as static files (c2sp.org/tlog-tiles): hash tiles and entry bundles.

Tiles are full or partial runs of up to 256 hashes; readers fetch the few a proof needs. What a
tile says is believed only once a proof made from it leads to a verified root.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from sunseal_crypto import merkle
from sunseal_crypto.errors import Malformed
from sunseal_crypto.spelling import MAX_NUMBER

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 0xFFFF

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)"
    r"/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile: `level` None means the entry bundle beside level 0; `width` < 256 is partial."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Relative to the log's prefix, without a leading slash."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_spell(self.index)}{partial}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """Reads a path as `path` writes it, and no other spelling. Raises Malformed."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise Malformed(f"tile: {path[:80]!r} is not a tile's path")
        level = None if found["level"] == "entries" else int(found["level"])
        index = int(found["index"].replace("/", "").replace("x", ""))
        width = int(found["width"] or WIDTH)
        tile = cls(level, index, width)
        if tile.path != path or width > WIDTH or (level or 0) > MAX_LEVEL or index > MAX_NUMBER:
            raise Malformed(f"tile: {path[:80]!r} names no tile")
        return tile


# Gives a tile's bytes; raises what its source raises.
Read = Callable[[Tile], bytes]


def tiles_of(size: int) -> list[Tile]:
    """Every hash tile of a tree of `size`, level by level."""
    tiles, level = [], 0
    while size:
        full, partial = divmod(size, WIDTH)
        tiles += [Tile(level, index) for index in range(full)]
        tiles += [Tile(level, full, partial)] if partial else []
        size, level = full, level + 1
    return tiles


def grow(size: int, leaf_hashes: Sequence[bytes], read: Read) -> dict[Tile, bytes]:
    """The tiles to write when `leaf_hashes` are appended to a tree of `size`.

    Reads one partial tile of the old tree per level at most; `grow(0, ...)` builds all tiles.
    """
    made: dict[Tile, bytes] = {}
    level, new = 0, list(leaf_hashes)
    while new:
        index, held = divmod(size, WIDTH)
        old = hashes_of(Tile(level, index, held), read) if held else []
        hashes, new = old + new, []
        for at in range(0, len(hashes), WIDTH):
            part = hashes[at : at + WIDTH]
            made[Tile(level, index + at // WIDTH, len(part))] = b"".join(part)
            if len(part) == WIDTH:
                new.append(merkle.root(part))
        size, level = index, level + 1
    return made


def hashes_of(tile: Tile, read: Read) -> list[bytes]:
    """The hashes in `tile`. Raises Malformed when its bytes are not `width` hashes."""
    data = read(tile)
    if len(data) != tile.width * merkle.HASH_BYTES:
        raise Malformed(f"{tile.path}: {len(data)} bytes are not {tile.width} hashes")
    return [data[at : at + merkle.HASH_BYTES] for at in range(0, len(data), merkle.HASH_BYTES)]


def root(size: int, read: Read) -> bytes:
    """The root of the first `size` leaves, out of the tiles of a tree of that size."""
    return _range_hash(0, size, size, read) if size else merkle.EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """As `merkle.inclusion_proof`, out of the tiles of a tree of `size`."""
    ranges = merkle.inclusion_ranges(index, size)
    return [_range_hash(start, end, size, read) for start, end in ranges]


def consistency_proof(old: int, size: int, read: Read) -> list[bytes]:
    """As `merkle.consistency_proof`, out of the tiles of a tree of `size`."""
    ranges = merkle.consistency_ranges(old, size)
    return [_range_hash(start, end, size, read) for start, end in ranges]


def bundle(entries: Sequence[bytes]) -> bytes:
    """The entry bundle of up to 256 entries, each behind its length in two bytes."""
    if not 1 <= len(entries) <= WIDTH:
        raise ValueError(f"a bundle holds 1 to {WIDTH} entries")
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise Malformed(f"entry bundle: an entry of more than {MAX_ENTRY_BYTES} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes, width: int) -> list[bytes]:
    """Exactly `width` entries. Raises Malformed."""
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < width:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise Malformed("entry bundle: cut off within an entry")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(entries) != width:
        raise Malformed(f"entry bundle: not exactly {width} entries")
    return entries


def _range_hash(start: int, end: int, size: int, read: Read) -> bytes:
    """The hash of a node of the tree of `size`; only those at its right edge are incomplete."""
    count = end - start
    if count & (count - 1):
        middle = start + merkle.split(count)
        left = _range_hash(start, middle, size, read)
        return merkle.node_hash(left, _range_hash(middle, end, size, read))
    level, below = divmod(count.bit_length() - 1, HEIGHT)
    index, at = divmod(start >> (level * HEIGHT), WIDTH)
    width = min(WIDTH, (size >> (level * HEIGHT)) - index * WIDTH)
    hashes = hashes_of(Tile(level, index, width), read)
    return merkle.root(hashes[at : at + (1 << below)])


def _spell(index: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "".join(f"x{group}/" for group in groups[:-1]) + groups[-1]
