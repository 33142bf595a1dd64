"""Whoever changes one row of an honest bundle is found, and the row is named."""

from collections.abc import Callable
from functools import cache

import pytest
from msgspec.structs import replace

from sunseal_crypto import tick
from sunseal_crypto.bundle import EntryRow, Kind, Taken, TickRow
from sunseal_parties.auditor.journal import place
from sunseal_parties.auditor.verify import verify
from tests.auditor import story
from tests.auditor.story import Parts


@cache
def honest() -> Parts:
    return story.told().bundle()


def faults(parts: Parts) -> str:
    verdict = verify(parts.file(), story.made().roster)
    return "\n".join(map(str, verdict.findings.faults))


def flip(data: bytes, at: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


ENTRY_CHANGES: dict[str, Callable[[EntryRow], list[EntryRow]]] = {
    "dropped": lambda row: [],
    "doubled": lambda row: [row, row],
    "another nonce": lambda row: [replace(row, nonce=flip(row.nonce))],
    "another detail": lambda row: [replace(row, detail=row.detail.replace(b"done", b"lost"))],
    "a detail that is longer": lambda row: [replace(row, detail=row.detail + b" ")],
    "another slot": lambda row: [replace(row, slot=row.slot ^ 1)],
    "another tick": lambda row: [replace(row, tick=row.tick - 1)],
}


@pytest.mark.parametrize("change", ENTRY_CHANGES.values(), ids=ENTRY_CHANGES.keys())
def test_an_entry(change: Callable[[EntryRow], list[EntryRow]]) -> None:
    rows = honest().entries
    for at, row in enumerate(rows):
        spoilt = story.spoil(honest(), entries=[*rows[:at], *change(row), *rows[at + 1 :]])
        commitment = tick.commitment(row.nonce, row.detail)
        found = faults(spoilt)
        assert f"in tick {row.tick} slot {row.slot}" in found
        assert place(row.tick, row.slot, commitment) in found or commitment[:4].hex() in found


TICK_CHANGES: dict[str, Callable[[TickRow], list[TickRow]]] = {
    "doubled": lambda row: [row, row],
    "another seed": lambda row: [replace(row, seed=flip(row.seed))],
    "a slot more": lambda row: [replace(row, taken=[*row.taken, Taken(4095, b"c" * 32)])],
    "another number": lambda row: [replace(row, number=row.number + 500)],
}


@pytest.mark.parametrize("change", TICK_CHANGES.values(), ids=TICK_CHANGES.keys())
def test_a_tick(change: Callable[[TickRow], list[TickRow]]) -> None:
    rows = honest().ticks
    for at, row in enumerate(rows):
        changed = change(row)
        spoilt = story.spoil(honest(), ticks=[*rows[:at], *changed, *rows[at + 1 :]])
        assert f"tick {changed[0].number}" in faults(spoilt)


SLOT_CHANGES: dict[str, Callable[[Taken], list[Taken]]] = {
    "dropped": lambda taken: [],
    "another commitment": lambda taken: [replace(taken, commitment=flip(taken.commitment))],
    "another slot": lambda taken: [replace(taken, slot=taken.slot ^ 1)],
}


@pytest.mark.parametrize("change", SLOT_CHANGES.values(), ids=SLOT_CHANGES.keys())
def test_a_slot_of_a_tick(change: Callable[[Taken], list[Taken]]) -> None:
    rows = honest().ticks
    for at, row in enumerate(rows):
        if row.taken:
            first, *rest = row.taken
            changed = replace(row, taken=sorted([*change(first), *rest], key=lambda t: t.slot))
            found = faults(story.spoil(honest(), ticks=[*rows[:at], changed, *rows[at + 1 :]]))
            assert f"tick {row.number}: its seed and slots do not give its root" in found
            assert f"in tick {row.number} slot {first.slot}" in found


def test_an_entry_and_its_slot_dropped_together() -> None:
    rows = honest().entries
    for at, row in enumerate(rows):
        ticks = [
            replace(shown, taken=[t for t in shown.taken if t.slot != row.slot])
            if shown.number == row.tick
            else shown
            for shown in honest().ticks
        ]
        spoilt = story.spoil(honest(), ticks=ticks, entries=[*rows[:at], *rows[at + 1 :]])
        assert f"tick {row.tick}: its seed and slots do not give its root" in faults(spoilt)


def test_a_shut_tick_s_entries_lead_to_its_root_one_by_one() -> None:
    told = story.told()
    parts = told.bundle()
    shut = [replace(row, path=b"".join(told.placed[row.detail].path)) for row in parts.entries]
    for at, row in enumerate(shut):
        for spoilt in (
            replace(row, path=flip(row.path)),
            replace(row, path=row.path[:-1]),
            replace(row, slot=row.slot ^ 1),
            replace(row, detail=row.detail.replace(b"done", b"lost")),
        ):
            entries = [*shut[:at], spoilt, *shut[at + 1 :]]
            found = faults(story.spoil(parts, ticks=[], entries=entries))
            assert f"in tick {spoilt.tick} slot {spoilt.slot}" in found


def test_a_leaf_of_the_log() -> None:
    leaves = honest().leaves
    for at, leaf in enumerate(leaves):
        changed = leaf.replace(b"2027", b"2028")
        spoilt = story.spoil(honest(), leaves=[*leaves[:at], changed, *leaves[at + 1 :]])
        assert "do not give the root that was signed" in faults(spoilt)
        broken = story.spoil(honest(), leaves=[*leaves[:at], b"no tick\n", *leaves[at + 1 :]])
        assert f"leaf {at}: tick leaf" in faults(broken)


def test_two_leaves_exchanged() -> None:
    one, two, *rest = honest().leaves
    found = faults(story.spoil(honest(), leaves=[two, one, *rest]))
    assert "it comes after tick" in found
    assert "do not give the root" in found


def test_a_checkpoint_with_too_few_cosignatures() -> None:
    assert "2 cosignatures where 3 are needed" in faults(story.told().bundle(cosigners=2))


FILES = [
    (Kind.NOTICE, ""),
    (Kind.CERTIFICATE, ""),
    (Kind.REQUEST, "1"),
    (Kind.ANSWER, "1/1"),
    (Kind.ANSWER, "1/3"),
    (Kind.REFUSAL, "1/2"),
    (Kind.RECORD, "1"),
]


def _all_files() -> list[tuple[Kind, str]]:
    return list(honest().evidence)


def test_the_files_are_those_that_are_spoilt() -> None:
    bids = {Kind.MANIFEST, Kind.MANIFEST_SIGNATURE}
    assert [place for place in _all_files() if place[0] not in bids] == FILES
    assert len(_all_files()) == len(FILES) + 2 * 2


def test_a_piece_of_evidence_dropped() -> None:
    for kind, name in _all_files():
        evidence = dict(honest().evidence)
        del evidence[kind, name]
        found = faults(story.spoil(honest(), evidence=evidence))
        assert f"there is no envelopes/1/{kind}" in found or f"{kind}" in found, (kind, name, found)


@pytest.mark.parametrize("part", range(8))
def test_a_byte_of_evidence_flipped(part: int) -> None:
    for (kind, name), body in honest().evidence.items():
        evidence = dict(honest().evidence)
        evidence[kind, name] = flip(body, len(body) * part // 8)
        found = faults(story.spoil(honest(), evidence=evidence))
        assert found, (kind, name)
        where = f"leaf {name}" if kind in (Kind.MANIFEST, Kind.MANIFEST_SIGNATURE) else kind.value
        where = "certificate" if kind is Kind.NOTICE else where
        assert where in found, (kind, name, found)


def test_all_evidence_of_an_envelope_dropped() -> None:
    found = faults(story.spoil(honest(), evidence={}))
    assert "envelope 1: the log tells of it, the bundle holds nothing" in found
