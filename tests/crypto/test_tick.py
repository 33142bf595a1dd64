"""Ticks: paths that hold, roots that say nothing, and seeds that let nothing hide."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import tick
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.tick import SLOTS, TickLeaf

SEED = b"s" * 32
NOON = datetime(2027, 3, 20, 12, 0, 0, 250_000, tzinfo=UTC)
ENTRIES = {slot: tick.commitment(bytes(32), str(slot).encode()) for slot in (0, 1, 7, 2048, 4095)}
ROOT = tick.root(SEED, ENTRIES)


def by_definition(entries: dict[int, bytes], level: int = 12, index: int = 0) -> bytes:
    """The tree from the top down, straight from its description."""
    if not any(slot >> level == index for slot in entries):
        place = bytes([level]) + index.to_bytes(4, "big")
        return hmac.new(SEED, place, hashlib.sha256).digest()
    if level == 0:
        return hashlib.sha256(b"\x00" + entries[index]).digest()
    left = by_definition(entries, level - 1, 2 * index)
    right = by_definition(entries, level - 1, 2 * index + 1)
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_the_commitment_is_spelled_as_specified():
    expected = hashlib.sha256(b"sunseal/commit/v1\n" + b"n" * 32 + b"detail").digest()
    assert tick.commitment(b"n" * 32, b"detail") == expected


@pytest.mark.parametrize("nonce", [b"", b"n" * 31, b"n" * 33])
def test_the_boundary_of_nonce_and_detail_cannot_shift(nonce: bytes):
    with pytest.raises(Malformed, match="nonce"):
        tick.commitment(nonce, b"detail")


def test_an_idle_tick_is_one_hmac():
    place = bytes.fromhex("0c00000000")
    assert tick.root(SEED, {}) == hmac.new(SEED, place, hashlib.sha256).digest()


@settings(max_examples=30)
@given(st.dictionaries(st.integers(0, SLOTS - 1), st.binary(min_size=32, max_size=32), max_size=9))
def test_the_root_follows_the_definition(entries: dict[int, bytes]):
    root = tick.root(SEED, entries)
    assert root == by_definition(entries)
    for slot, entry in entries.items():
        tick.verify_path(entry, slot, tick.path(SEED, entries, slot), root)


def test_a_full_tick():
    entries = {slot: slot.to_bytes(32, "big") for slot in range(SLOTS)}
    tree = tick.TickTree(SEED, entries)
    for slot in (0, 1234, 4095):
        tick.verify_path(entries[slot], slot, tree.path(slot), tree.root)


PATH = tick.path(SEED, ENTRIES, 7)
BAD_PATHS = {
    "another entry": (ENTRIES[0], 7, PATH, ROOT, Unverified),
    "another slot": (ENTRIES[7], 6, PATH, ROOT, Unverified),
    "another root": (ENTRIES[7], 7, PATH, bytes(32), Unverified),
    "a sibling changed": (ENTRIES[7], 7, [bytes(32), *PATH[1:]], ROOT, Unverified),
    "eleven siblings": (ENTRIES[7], 7, PATH[:-1], ROOT, Malformed),
    "thirteen siblings": (ENTRIES[7], 7, [*PATH, bytes(32)], ROOT, Malformed),
    "a short sibling": (ENTRIES[7], 7, [PATH[0][:-1], *PATH[1:]], ROOT, Malformed),
    "a slot beyond": (ENTRIES[7], 4096 + 7, PATH, ROOT, Malformed),
    "a negative slot": (ENTRIES[7], -1, PATH, ROOT, Malformed),
    "a pair for an entry": (ENTRIES[7] + PATH[0], 3, PATH[1:], ROOT, Malformed),
}


@pytest.mark.parametrize(
    ("entry", "slot", "path", "root", "error"), BAD_PATHS.values(), ids=BAD_PATHS.keys()
)
def test_a_bad_path_is_refused(
    entry: bytes, slot: int, path: list[bytes], root: bytes, error: type[Exception]
):
    with pytest.raises(error):
        tick.verify_path(entry, slot, path, root)


def test_only_a_taken_slot_has_a_path():
    with pytest.raises(ValueError, match="slot 5 holds no entry"):
        tick.path(SEED, ENTRIES, 5)


LEAF = TickLeaf(17, NOON, ROOT)
HIDDEN = {
    "an entry kept back": {slot: e for slot, e in ENTRIES.items() if slot != 2048},
    "an entry too many": ENTRIES | {9: bytes(32)},
    "an entry moved": {slot + (slot == 7): e for slot, e in ENTRIES.items()},
    "everything kept back": {},
}


def test_a_revealed_seed_accounts_for_the_tick():
    tick.verify_tick(SEED, ENTRIES, LEAF)
    with pytest.raises(Unverified, match="tick 17"):
        tick.verify_tick(b"t" * 32, ENTRIES, LEAF)
    with pytest.raises(Malformed, match="seed of 31"):
        tick.verify_tick(SEED[1:], ENTRIES, LEAF)


@pytest.mark.parametrize("entries", HIDDEN.values(), ids=HIDDEN.keys())
def test_an_entry_cannot_hide(entries: dict[int, bytes]):
    with pytest.raises(Unverified, match="tick 17"):
        tick.verify_tick(SEED, entries, LEAF)


def test_the_leaf_is_spelled_as_specified():
    leaf = TickLeaf(17, NOON, bytes(32))
    text = f"sunseal/tick/v1\n17\n2027-03-20T12:00:00.250Z\n{'A' * 43}=\n"
    assert leaf.encode() == text.encode()
    assert TickLeaf.parse(leaf.encode()) == leaf


ROOT64 = "A" * 43 + "="
BAD_LEAVES = {
    "another version": f"sunseal/tick/v2\n1\n2027-03-20T12:00:00.250Z\n{ROOT64}\n",
    "three lines": "sunseal/tick/v1\n1\n2027-03-20T12:00:00.250Z\n",
    "five lines": f"sunseal/tick/v1\n1\n2027-03-20T12:00:00.250Z\n{ROOT64}\n\n",
    "no last newline": f"sunseal/tick/v1\n1\n2027-03-20T12:00:00.250Z\n{ROOT64}",
    "number with a zero": f"sunseal/tick/v1\n01\n2027-03-20T12:00:00.250Z\n{ROOT64}\n",
    "negative number": f"sunseal/tick/v1\n-1\n2027-03-20T12:00:00.250Z\n{ROOT64}\n",
    "no milliseconds": f"sunseal/tick/v1\n1\n2027-03-20T12:00:00Z\n{ROOT64}\n",
    "microseconds": f"sunseal/tick/v1\n1\n2027-03-20T12:00:00.250000Z\n{ROOT64}\n",
    "an offset": f"sunseal/tick/v1\n1\n2027-03-20T12:00:00.250+00:00\n{ROOT64}\n",
    "a space for T": f"sunseal/tick/v1\n1\n2027-03-20 12:00:00.250Z\n{ROOT64}\n",
    "30 February": f"sunseal/tick/v1\n1\n2027-02-30T12:00:00.250Z\n{ROOT64}\n",
    "hour 24": f"sunseal/tick/v1\n1\n2027-03-20T24:00:00.000Z\n{ROOT64}\n",
    "a short root": "sunseal/tick/v1\n1\n2027-03-20T12:00:00.250Z\nAAAA\n",
    "loose bits in the root": f"sunseal/tick/v1\n1\n2027-03-20T12:00:00.250Z\n{'A' * 42}B=\n",
}


@pytest.mark.parametrize("text", BAD_LEAVES.values(), ids=BAD_LEAVES.keys())
def test_a_malformed_leaf_is_refused(text: str):
    with pytest.raises(Malformed):
        TickLeaf.parse(text.encode())


TIMES = {
    "naive": NOON.replace(tzinfo=None),
    "in another zone": NOON.astimezone(timezone(timedelta(hours=8))),
    "with microseconds": NOON.replace(microsecond=250_001),
}


@pytest.mark.parametrize("time", TIMES.values(), ids=TIMES.keys())
def test_a_leaf_s_time_is_utc_in_whole_milliseconds(time: datetime):
    with pytest.raises(Malformed, match="whole milliseconds"):
        TickLeaf(1, time, ROOT)


MOMENTS = st.datetimes(timezones=st.just(UTC)).map(
    lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000)
)


@settings(max_examples=60)
@given(st.integers(0, 2**63 - 1), MOMENTS, st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read(number: int, time: datetime, root: bytes):
    leaf = TickLeaf(number, time, root)
    assert TickLeaf.parse(leaf.encode()) == leaf
