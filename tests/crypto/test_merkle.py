"""The Merkle tree against RFC 6962's recursive definition, written out here once more."""

import hashlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import merkle
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.merkle import Frontier

# Entries and roots used by the test suites of Certificate Transparency implementations.
CT_ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"

LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(70)]


def by_definition(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    both = by_definition(leaves[:k]) + by_definition(leaves[k:])
    return hashlib.sha256(b"\x01" + both).digest()


def test_the_known_tree():
    assert merkle.root([merkle.leaf_hash(entry) for entry in CT_ENTRIES]).hex() == CT_ROOT


@pytest.mark.parametrize("size", range(len(LEAVES)))
def test_the_root_follows_the_definition(size: int):
    frontier = Frontier()
    frontier.extend(LEAVES[:size])
    assert merkle.root(LEAVES[:size]) == by_definition(LEAVES[:size]) == frontier.root()
    assert frontier.size == size


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33])
def test_every_inclusion_proof_holds_and_only_for_its_leaf(size: int):
    leaves = LEAVES[:size]
    root = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        proof = merkle.inclusion_proof(leaves, index)
        merkle.verify_inclusion(leaf, index, size, proof, root)
        with pytest.raises(Unverified):
            merkle.verify_inclusion(LEAVES[-1], index, size, proof, root)
        for other in set(range(size)) - {index}:
            with pytest.raises((Malformed, Unverified)):
                merkle.verify_inclusion(leaf, other, size, proof, root)


@pytest.mark.parametrize("new", [1, 2, 3, 6, 8, 13, 32])
def test_every_consistency_proof_holds_and_only_for_its_trees(new: int):
    new_root = merkle.root(LEAVES[:new])
    for old in range(new + 1):
        old_root = merkle.root(LEAVES[:old])
        proof = merkle.consistency_proof(LEAVES[:new], old)
        merkle.verify_consistency(old, new, old_root, new_root, proof)
        with pytest.raises(Unverified):
            merkle.verify_consistency(old, new, bytes(32), new_root, proof)
        if old > 0:
            with pytest.raises(Unverified):
                merkle.verify_consistency(old, new, old_root, bytes(32), proof)
        for at in range(len(proof)):
            spoiled = [*proof[:at], bytes(32), *proof[at + 1 :]]
            with pytest.raises(Unverified):
                merkle.verify_consistency(old, new, old_root, new_root, spoiled)


def test_the_examples_of_rfc_6962():
    # §2.1.3, over seven leaves: d0, d3, d4 and d6; then from three, four and six leaves.
    assert merkle.inclusion_ranges(0, 7) == [(1, 2), (2, 4), (4, 7)]
    assert merkle.inclusion_ranges(3, 7) == [(2, 3), (0, 2), (4, 7)]
    assert merkle.inclusion_ranges(4, 7) == [(5, 6), (6, 7), (0, 4)]
    assert merkle.inclusion_ranges(6, 7) == [(4, 6), (0, 4)]
    assert merkle.consistency_ranges(3, 7) == [(2, 3), (3, 4), (0, 2), (4, 7)]
    assert merkle.consistency_ranges(4, 7) == [(4, 7)]
    assert merkle.consistency_ranges(6, 7) == [(4, 6), (6, 7), (0, 4)]


ROOT8 = merkle.root(LEAVES[:8])
PROOF8 = merkle.inclusion_proof(LEAVES[:8], 5)
BAD_INCLUSION = {
    "a hash missing": (5, 8, PROOF8[:-1]),
    "a hash more": (5, 8, [*PROOF8, bytes(32)]),
    "a short hash": (5, 8, [PROOF8[0], PROOF8[1], PROOF8[2][:-1]]),
    "index is the size": (8, 8, PROOF8),
    "negative index": (-1, 8, PROOF8),
    "an empty tree": (0, 0, []),
    "size beyond all trees": (5, 2**63, PROOF8),
}


@pytest.mark.parametrize(
    ("index", "size", "proof"), BAD_INCLUSION.values(), ids=BAD_INCLUSION.keys()
)
def test_a_malformed_inclusion_proof_is_refused(index: int, size: int, proof: list[bytes]):
    with pytest.raises(Malformed, match="inclusion proof"):
        merkle.verify_inclusion(LEAVES[5], index, size, proof, ROOT8)


def test_a_log_does_not_shrink():
    with pytest.raises(Malformed, match="cannot grow"):
        merkle.verify_consistency(8, 7, ROOT8, merkle.root(LEAVES[:7]), [])


def test_one_size_has_one_root():
    with pytest.raises(Unverified):
        merkle.verify_consistency(8, 8, ROOT8, merkle.root(LEAVES[1:9]), [])
    with pytest.raises(Unverified):
        merkle.verify_consistency(0, 0, merkle.EMPTY_ROOT, ROOT8, [])


def test_an_inner_node_is_no_leaf():
    pair = LEAVES[0] + LEAVES[1]
    assert merkle.leaf_hash(pair) != merkle.node_hash(*LEAVES[:2])
    with pytest.raises(Malformed):
        merkle.verify_inclusion(merkle.root(LEAVES[:2]), 0, 8, PROOF8[1:], ROOT8)


@settings(max_examples=40)
@given(st.integers(0, 70), st.integers(0, 70))
def test_a_frontier_continues_where_it_was_written_down(first: int, second: int):
    early = Frontier()
    early.extend(LEAVES[:first])
    later = Frontier.decode(early.encode())
    later.extend(LEAVES[first : first + second])
    assert later.root() == merkle.root(LEAVES[: first + second])


BAD_FRONTIERS = {
    "empty": b"",
    "half a size": bytes(7),
    "hashes of nothing": bytes(8) + bytes(32),
    "a hash missing": (3).to_bytes(8, "big") + bytes(32),
    "half a hash more": (3).to_bytes(8, "big") + bytes(80),
    "size beyond all trees": (1 << 63).to_bytes(8, "big") + bytes(32),
}


@pytest.mark.parametrize("data", BAD_FRONTIERS.values(), ids=BAD_FRONTIERS.keys())
def test_a_malformed_frontier_is_refused(data: bytes):
    with pytest.raises(Malformed, match="frontier"):
        Frontier.decode(data)


def test_a_hundred_thousand_leaves_are_quick():
    leaves = [LEAVES[0]] * 100_000
    began = time.process_time()
    frontier = Frontier()
    frontier.extend(leaves)
    assert frontier.root() == merkle.root(leaves)
    assert time.process_time() - began < 3
