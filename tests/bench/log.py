"""The log: appending entries in ticks, proving and auditing a million of them."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from sunseal.audit import service as log
from sunseal.database import Role
from sunseal_crypto import merkle, tiles
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.tick import TickTree
from sunseal_crypto.tiles import Tile
from tests.auditor.measure import Log, measured, write
from tests.bench.database import installation
from tests.bench.row import NotMeasured, Row, best

ALLOWED = 60.0
PROOFS = 500


def measure(appended: int = 2_000, entries: int = 1_000_000, ticks: int = 50_000) -> Iterator[Row]:
    yield _append(appended)
    yield from _audit(entries, ticks)


def _append(count: int) -> Row:
    """Entries committed one by one and put into a tick, beside bare rows of the same size."""
    signer = NoteSigner("bench.example/log", SigningKey.generate())
    with installation() as make:
        database = make()
        desk, work = database.desk, database.work

        def append() -> None:
            for _ in range(count):
                with desk.unit_as(Role.CENTRE) as uow:
                    log.record(uow, "bench", "organization/x")
            with work.unit_as(Role.WORKER) as uow:
                log.tick(uow, signer, 0.001, quorum=1, cosigners=[])

        def bare() -> None:
            with database.admin() as admin:
                admin.execute("create table if not exists bare (id uuid, body bytea)")
                for _ in range(count):
                    admin.execute(
                        "insert into bare values (gen_random_uuid(), %s)", (os.urandom(400),)
                    )

        ours, limit = count / best(append, 2), count / best(bare, 2)
    return Row.beside("log_append", ours, "entries/s", "bare inserts", limit)


def _audit(entries: int, ticks: int) -> Iterator[Row]:
    """The auditor's own checks of a bundle, its file and all; then proofs out of the same log."""
    made = Log(entries, ticks, shut=False)
    with tempfile.TemporaryFile(dir="build") as file:
        write(file, made)
        verdict, elapsed, _ = measured(file)
        hashing = best(lambda: _hash(file), 2)
    if verdict.findings.faults or verdict.entries < entries:
        raise NotMeasured(f"the audit found faults: {verdict.findings.faults[:3]}")
    size = "1m" if entries == 1_000_000 else str(entries)
    yield Row.beside(f"audit_verify_{size}", elapsed, "s", "60 s allowed", ALLOWED)
    yield Row.beside(f"audit_hash_{size}", elapsed, "s", "SHA-256 of its bytes", hashing)
    yield _prove(made.leaves, f"log_proof_{size}")


def _hash(file: BinaryIO) -> None:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)


def _prove(leaves: list[bytes], name: str) -> Row:
    """An entry's way to its tick and the tick's to the root, out of tiles as the log keeps them."""
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    held: dict[tuple[int, int], bytes] = {}

    def read(tile: Tile) -> bytes:
        assert tile.level is not None
        return held.get((tile.level, tile.index), b"")[: tile.width * merkle.HASH_BYTES]

    for made, data in tiles.grow(0, hashes, read).items():
        assert made.level is not None
        held[made.level, made.index] = data
    tree = TickTree(bytes(32), dict.fromkeys(range(20), hashes[0]))

    def prove() -> None:
        for number in range(PROOFS):
            tree.path(number % 20)
            tiles.inclusion_proof(number * 31 % len(hashes), len(hashes), read)

    def hash_path() -> None:
        for _ in range(PROOFS):
            hashlib.sha256(bytes(1024)).digest()

    ours, bare = PROOFS / best(prove, 2), PROOFS / best(hash_path, 2)
    return Row.beside(name, ours, "proofs/s", "hashing 1 KiB each", bare)
