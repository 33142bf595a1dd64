"""Tiles: their names, what they hold, and proofs read out of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import merkle, tiles
from sunseal_crypto.errors import Malformed
from sunseal_crypto.tiles import Tile

SIZE = 70_000
LEAVES = [merkle.leaf_hash(number.to_bytes(3, "big")) for number in range(SIZE)]


def _missing(tile: Tile) -> bytes:
    raise AssertionError(f"{tile.path} should not be read")


@pytest.fixture(scope="module")
def store() -> dict[Tile, bytes]:
    return tiles.grow(0, LEAVES, _missing)


NAMES = {
    Tile(0, 0): "tile/0/000",
    Tile(1, 1234067): "tile/1/x001/x234/067",
    Tile(0, 273, 112): "tile/0/273.p/112",
    Tile(None, 1000): "tile/entries/x001/000",
    Tile(63, 999, 1): "tile/63/999.p/1",
    Tile(0, 2**55 - 1): "tile/0/x036/x028/x797/x018/x963/967",
}


@pytest.mark.parametrize(("tile", "path"), NAMES.items(), ids=NAMES.values())
def test_a_tile_has_one_path(tile: Tile, path: str):
    assert tile.path == path
    assert Tile.parse(path) == tile


BAD_PATHS = {
    "leading slash": "/tile/0/000",
    "climbing out": "tile/0/../../etc/passwd",
    "unpadded index": "tile/0/0",
    "index padded too far": "tile/0/x000/001",
    "no x before the last": "tile/0/001/234",
    "x on the last": "tile/0/x001/x234",
    "level 64": "tile/64/000",
    "level with a zero": "tile/00/000",
    "width nought": "tile/0/000.p/0",
    "full width spelled out": "tile/0/000.p/256",
    "width 999": "tile/0/000.p/999",
    "index beyond 63 bits": "tile/0/x999/x999/x999/x999/x999/x999/999",
    "newline at the end": "tile/0/000\n",
    "other digits": "tile/0/٠٠٠",
}


@pytest.mark.parametrize("path", BAD_PATHS.values(), ids=BAD_PATHS.keys())
def test_no_other_path_names_a_tile(path: str):
    with pytest.raises(Malformed):
        Tile.parse(path)


def test_the_tiles_of_the_specification_s_example(store: dict[Tile, bytes]):
    expected = [Tile(0, index) for index in range(273)]
    expected += [Tile(0, 273, 112), Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert tiles.tiles_of(SIZE) == expected == list(store)
    assert store[Tile(0, 1)] == b"".join(LEAVES[256:512])
    assert store[Tile(1, 0)][32:64] == merkle.root(LEAVES[256:512])
    assert store[Tile(2, 0, 1)] == merkle.root(LEAVES[: 1 << 16])


def test_a_tree_of_256_leaves():
    assert tiles.tiles_of(256) == [Tile(0, 0), Tile(1, 0, 1)]
    assert tiles.tiles_of(0) == []


@settings(max_examples=15)
@given(st.lists(st.integers(0, 600), min_size=1, max_size=5))
def test_growing_in_steps_gives_the_tiles_of_growing_at_once(steps: list[int]):
    held: dict[Tile, bytes] = {}
    size = 0
    for step in steps:
        held |= tiles.grow(size, LEAVES[size : size + step], held.__getitem__)
        size += step
    at_once = tiles.grow(0, LEAVES[:size], _missing)
    assert {tile: held[tile] for tile in tiles.tiles_of(size)} == at_once


@pytest.mark.parametrize("index", [0, 255, 256, 65_535, 65_536, SIZE - 1])
def test_an_inclusion_proof_out_of_tiles(store: dict[Tile, bytes], index: int):
    proof = tiles.inclusion_proof(index, SIZE, store.__getitem__)
    assert proof == merkle.inclusion_proof(LEAVES, index)
    root = tiles.root(SIZE, store.__getitem__)
    merkle.verify_inclusion(LEAVES[index], index, SIZE, proof, root)


@pytest.mark.parametrize("old", [0, 1, 255, 256, 300, 65_536, 69_999, SIZE])
def test_a_consistency_proof_out_of_tiles(store: dict[Tile, bytes], old: int):
    proof = tiles.consistency_proof(old, SIZE, store.__getitem__)
    assert proof == merkle.consistency_proof(LEAVES, old)


@settings(max_examples=30)
@given(st.integers(1, 1500), st.data())
def test_any_proof_out_of_the_tiles_of_any_size(size: int, data: st.DataObject):
    read = tiles.grow(0, LEAVES[:size], _missing).__getitem__
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    assert tiles.root(size, read) == merkle.root(LEAVES[:size])
    assert tiles.inclusion_proof(index, size, read) == merkle.inclusion_proof(LEAVES[:size], index)
    assert tiles.consistency_proof(old, size, read) == merkle.consistency_proof(LEAVES[:size], old)


@pytest.mark.parametrize("data", [b"", bytes(31), bytes(33 * 32)], ids=["empty", "cut", "long"])
def test_a_tile_of_the_wrong_length_is_refused(data: bytes):
    with pytest.raises(Malformed, match=r"tile/0/000\.p/32"):
        tiles.inclusion_proof(3, 32, lambda _: data)


def test_the_empty_tree_needs_no_tile():
    assert tiles.root(0, _missing) == merkle.EMPTY_ROOT


@settings(max_examples=50)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]):
    assert tiles.parse_bundle(tiles.bundle(entries), len(entries)) == entries


BUNDLE = tiles.bundle([b"one", b"two"])
BAD_BUNDLES = {
    "cut in a length": BUNDLE[:6],
    "cut in an entry": BUNDLE[:-1],
    "an entry missing": BUNDLE[:5],
    "an entry more": BUNDLE + b"\0\0",
    "empty": b"",
}


@pytest.mark.parametrize("data", BAD_BUNDLES.values(), ids=BAD_BUNDLES.keys())
def test_a_malformed_bundle_is_refused(data: bytes):
    with pytest.raises(Malformed, match="entry bundle"):
        tiles.parse_bundle(data, 2)


def test_an_entry_too_large_for_its_length_is_refused():
    tiles.bundle([bytes(0xFFFF)])
    with pytest.raises(Malformed, match="65535"):
        tiles.bundle([bytes(0x10000)])


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_holds_a_tile_s_worth(count: int):
    with pytest.raises(ValueError, match="1 to 256"):
        tiles.bundle([b""] * count)
