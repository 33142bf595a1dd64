"""From release request to record: custodians answer, bids are opened and published.

The deadline's and the log's ticks are let pass by moving the clock, so no time here is waiting.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sunseal_crypto.age import X25519Identity
from tests.bench.database import installation
from tests.bench.row import Row, seconds
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase

SEATS, THRESHOLD = 5, 3
KIB = 1 << 10
MIB = 1 << 20


def measure(
    sizes: tuple[tuple[int, int], ...] = ((100, 10 * MIB), (300, 100 * KIB)),
) -> Iterator[Row]:
    with installation() as make:
        for bids, size in sizes:
            with tempfile.TemporaryDirectory(dir="build") as folder:
                yield _measure(make(), Path(folder).absolute(), bids, size)


def _measure(database: TestDatabase, folder: Path, bids: int, size: int) -> Row:
    world = make_world(
        database,
        folder,
        box_size=max(2, 1 << (bids - 1).bit_length()),
        seats=SEATS,
        threshold=THRESHOLD,
    )
    recovery = X25519Identity.generate()
    sealed = [_hand_in(world, folder, recovery, size) for _ in range(bids)]
    world.close()
    elapsed = seconds(lambda: _open(world))
    if world.outcomes() != ["opened"] * bids:
        raise SystemExit(f"not all of {bids} bids were opened")
    length = f"{size // MIB}mib" if size >= MIB else f"{size // KIB}kib"
    name = f"opening_{bids}x{length}"
    if (peer := shutil.which("age")) is not None:
        return Row.beside(name, elapsed, "s", "age -d", _age(peer, folder, recovery, sealed))
    return Row.beside(name, elapsed, "s", "SHA-256", seconds(lambda: _hash(sealed)))


def _hand_in(world: World, folder: Path, recovery: X25519Identity, size: int) -> Path:
    firm = world.firm().joined()
    bid = firm.seal(documents={"offer.bin": os.urandom(size)}, recovery=recovery)
    firm.submit(bid)
    path = folder / f"{firm.organization}.age"
    path.write_bytes(bid.data)
    return path


def _open(world: World) -> None:
    world.ask()
    for custodian in range(1, THRESHOLD + 1):
        world.answer(custodian)
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
