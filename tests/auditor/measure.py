"""How long an audit takes: `python -m tests.auditor.measure [entries] [ticks] [--shut]`.

Prints seconds and peak memory for a log of its own, which it makes first (that takes longer).
A million entries in 50,000 ticks took 24 seconds of one core. With `--shut` no seed is shown, so
that every entry has to be led up to its root by itself.
"""

import io
import resource
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic, process_time
from typing import BinaryIO

from sunseal_crypto import checkpoint, event, merkle, notes, tick
from sunseal_crypto.bundle import About, EntryRow, Kind, Taken, TickRow, Writer
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.event import LogEvent
from sunseal_crypto.tick import TickLeaf, TickTree
from sunseal_parties.auditor.verify import Verdict, verify
from tests.auditor import story
from tests.auditor.story import COSIGNERS, TENDER, Story
from tests.crypto.logs import LOG, NOON, ORIGIN


@dataclass
class Log:
    """A log whose ticks hold about the same number of entries each."""

    entries: int
    ticks: int
    shut: bool
    leaves: list[bytes] = field(default_factory=list)
    shown: list[TickRow] = field(default_factory=list)

    def rows(self) -> Iterator[EntryRow]:
        """Entries in order; leaves and shown ticks are collected on the way."""
        told = Story()
        told.certify()
        self.leaves += told.leaves
        self.shown += [] if self.shut else told.ticks
        (certified,) = told.rows
        path = b"".join(told.placed[certified.detail].path) if self.shut else b""
        yield EntryRow(
            tick=certified.tick,
            slot=certified.slot,
            nonce=certified.nonce,
            detail=certified.detail,
            path=path,
        )
        number = certified.tick
        for at in range(self.ticks):
            number += 1
            yield from self._tick(number, self._share(at))

    def _share(self, at: int) -> int:
        return (at + 1) * self.entries // self.ticks - at * self.entries // self.ticks

    def _tick(self, number: int, count: int) -> Iterator[EntryRow]:
        details = [_detail(number, at) for at in range(count)]
        nonce = number.to_bytes(32, "big")
        slots = [at * (tick.SLOTS // max(count, 1)) for at in range(count)]
        taken = {
            slot: tick.commitment(nonce, detail)
            for slot, detail in zip(slots, details, strict=True)
        }
        tree = TickTree(nonce, taken)
        self.leaves.append(TickLeaf(number, NOON, tree.root).encode())
        if not self.shut:
            listed = [Taken(slot, commitment) for slot, commitment in taken.items()]
            self.shown.append(TickRow(number=number, seed=nonce, taken=listed))
        for slot, detail in zip(slots, details, strict=True):
            path = b"".join(tree.path(slot)) if self.shut else b""
            yield EntryRow(tick=number, slot=slot, nonce=nonce, detail=detail, path=path)


def _detail(number: int, at: int) -> bytes:
    said = LogEvent(
        version="sunseal/event/v1",
        id=f"{number:08x}-0000-4000-8000-{at:012x}",
        at=NOON + timedelta(milliseconds=at),
        actor="as_centre",
        role="as_centre",
        action="tender.change",
        object=f"tender/{TENDER}",
        outcome="done",
        reason="",
        data={},
    )
    return event.encode(said)


def write(file: BinaryIO, log: Log) -> None:
    rows = list(log.rows())
    hashes = [merkle.leaf_hash(leaf) for leaf in log.leaves]
    point = Checkpoint(ORIGIN, len(hashes), merkle.root(hashes))
    note = checkpoint.sign_checkpoint(point, LOG)
    for cosigner in COSIGNERS:
        note = notes.add_line(note, checkpoint.cosign(point.encode(), cosigner, NOON))
    about = About(origin=ORIGIN, tender=TENDER, made_at=NOON, size=len(hashes))
    with Writer(file, about, story.made().roster, note) as writer:
        writer.leaves(log.leaves)
        writer.checkpoints([])
        writer.ticks(log.shown)
        writer.entries(rows)
        writer.facts([])
        writer.evidence("1", Kind.NOTICE, "", story.made().notice)
        writer.evidence("1", Kind.CERTIFICATE, "", story.made().certificate)


def measured(file: BinaryIO) -> tuple[Verdict, float, float]:
    """The verdict, the seconds that it took, and those of them that this process computed."""
    file.seek(0, io.SEEK_SET)
    begun, computed = monotonic(), process_time()
    verdict = verify(file, story.made().roster)
    return verdict, monotonic() - begun, process_time() - computed


def main() -> None:
    shut = "--shut" in sys.argv
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    entries, ticks = [*numbers, 1_000_000, 50_000][:2] if len(numbers) < 2 else numbers[:2]
    with tempfile.TemporaryFile() as file:
        write(file, Log(entries, ticks, shut))
        size = file.seek(0, io.SEEK_END) >> 20
        verdict, seconds, computed = measured(file)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    told = f"{verdict.entries} entries in {verdict.ticks} ticks, {size} MiB"
    print(f"{told}: {seconds:.1f} s, of which {computed:.1f} s of one core")
    print(f"peak of making and auditing: {peak} MiB")
    print("faults:", *verdict.findings.faults, sep="\n  ")


if __name__ == "__main__":
    main()
