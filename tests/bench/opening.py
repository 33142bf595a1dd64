"""From release request to record: custodians answer, bids are opened and published.

Of one large bid only the opening itself is timed: its segments are read and their digest verified,
it is decrypted, and its document is hashed, written and synced. Its peer neither hashes nor syncs,
so a second row has the peer's output synced as well.

The deadline's and the log's ticks are let pass by moving the clock, so no time here is waiting.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from sunseal_crypto.age import X25519Identity
from tests.bench.database import hurried, installation
from tests.bench.row import NotMeasured, Row, seconds
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase

SEATS, THRESHOLD = 5, 3
KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30


def measure(
    sizes: tuple[tuple[int, int], ...] = ((100, 10 * MIB), (300, 100 * KIB)), large: int = GIB
) -> Iterator[Row]:
    with installation() as make:
        for bids, size in sizes:
            elapsed, peer, theirs, _ = _measure(make(), bids, size, _open)
            length = f"{size // MIB}mib" if size >= MIB else f"{size // KIB}kib"
            yield Row.beside(f"opening_{bids}x{length}", elapsed, "s", peer, theirs)
        elapsed, peer, theirs, synced = _measure(make(), 1, large, World.advance, asked=True)
        name = "open_1gib" if large == GIB else f"open_{large}"
        speed = large / MIB / elapsed
        yield Row.beside(name, speed, "MiB/s", peer, large / MIB / theirs)
        on_disk = large / MIB / synced if synced else None
        yield Row.beside(f"{name}_on_disk", speed, "MiB/s", "age -d, and sync", on_disk)


def _measure(
    database: TestDatabase,
    bids: int,
    size: int,
    work: Callable[[World], None],
    asked: bool = False,
) -> tuple[float, str, float, float | None]:
    """Seconds of `work`, who the peer is, its seconds for the same files, and with a sync.

    `asked`: the custodians have answered before.
    """
    with tempfile.TemporaryDirectory(dir="build") as made:
        folder = Path(made).absolute()
        box_size = max(2, 1 << (bids - 1).bit_length())
        world = make_world(database, folder, box_size=box_size, seats=SEATS, threshold=THRESHOLD)
        recovery = X25519Identity.generate()
        with hurried(database.admin_url):
            sealed = [_hand_in(world, folder, recovery, size) for _ in range(bids)]
            world.close()
        if asked:
            _ask(world)
        os.sync()  # what preparing left to be written would be waited for in our first fsync
        elapsed = seconds(lambda: work(world))
        if world.outcomes() != ["opened"] * bids:
            raise NotMeasured(f"not all of {bids} bids were opened")
        if (program := shutil.which("age")) is not None:
            theirs = _age(program, folder, recovery, sealed)
            return elapsed, "age -d", theirs, theirs + seconds(os.sync)
        theirs = seconds(lambda: _hash(sealed))
        return elapsed, "SHA-256 (age is not installed)", theirs, None


def _hand_in(world: World, folder: Path, recovery: X25519Identity, size: int) -> Path:
    firm = world.firm().joined()
    bid = firm.seal(documents={"offer.bin": os.urandom(size)}, recovery=recovery)
    firm.submit(bid)
    path = folder / f"{firm.organization}.age"
    path.write_bytes(bid.data)
    return path


def _ask(world: World) -> None:
    world.ask()
    for custodian in range(1, THRESHOLD + 1):
        world.answer(custodian)


def _open(world: World) -> None:
    _ask(world)
    world.advance()


def _age(program: str, folder: Path, recovery: X25519Identity, sealed: list[Path]) -> float:
    """One process for each file, one after the other, as somebody with the only key would."""
    key, opened = folder / "key", folder / "opened"
    key.write_text(f"{recovery}\n")

    def decrypt() -> None:
        for path in sealed:
            command = [program, "-d", "-i", str(key), "-o", str(opened), str(path)]
            subprocess.run(command, check=True)

    return seconds(decrypt)


def _hash(sealed: list[Path]) -> None:
    for path in sealed:
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
