"""The log: appending entries in ticks, proving and auditing a million of them."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from sunseal.audit import service as log
from sunseal.database import Role
from sunseal_crypto import merkle, tiles
from sunseal_crypto.tick import TickTree
from tests.auditor.measure import Log, measured, write
from tests.bench import long_log
from tests.bench.database import installation
from tests.bench.row import NotMeasured, Row, best
from tests.crypto.logs import LOG
from tests.support.database import TestDatabase

ALLOWED = 60.0
PROOFS = 500


def measure(appended: int = 2_000, entries: int = 1_000_000, ticks: int = 50_000) -> Iterator[Row]:
    size = "1m" if entries == 1_000_000 else str(entries)
    with installation() as make:
        yield _append(make(), appended, "log_append")
        long = make()
        # Every entry of its own has to be led up to its tick, so the seeds are not shown.
        long_log.fill(long, Log(entries, ticks, shut=True))
        yield long_log.receipts(long, PROOFS, f"log_receipt_{size}")
        yield _append(long, appended, f"log_append_{size}")
    yield from _audit(entries, ticks, size)


def _append(database: TestDatabase, count: int, name: str) -> Row:
    """Entries committed one by one and put into a tick, beside bare rows of the same size."""
    desk, work = database.desk, database.work

    def append() -> None:
        for _ in range(count):
            with desk.unit_as(Role.CENTRE) as uow:
                log.record(uow, "bench", "organization/x")
        with work.unit_as(Role.WORKER) as uow:
            log.tick(uow, LOG, 0.001, quorum=1, cosigners=[])

    def bare() -> None:
        with database.admin() as admin:
            admin.execute("create table if not exists bare (id uuid, body bytea)")
            for _ in range(count):
                row = (os.urandom(400),)
                admin.execute("insert into bare values (gen_random_uuid(), %s)", row)

    ours, limit = count / best(append, 2), count / best(bare, 2)
    return Row.beside(name, ours, "entries/s", "bare inserts", limit)


def _audit(entries: int, ticks: int, size: str) -> Iterator[Row]:
    """The auditor's own checks of a bundle, its file and all; then proofs out of the same log."""
    made = Log(entries, ticks, shut=False)
    with tempfile.TemporaryFile(dir="build") as file:
        write(file, made)
        verdict, elapsed, _ = measured(file)
        hashing = best(lambda: _hash(file), 2)
    if verdict.findings.faults or verdict.entries < entries:
        raise NotMeasured(f"the audit found faults: {verdict.findings.faults[:3]}")
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
    read = long_log.reading(long_log.grown(leaves))
    tree = TickTree(bytes(32), dict.fromkeys(range(20), leaves[0][: merkle.HASH_BYTES]))

    def prove() -> None:
        for number in range(PROOFS):
            tree.path(number % 20)
            tiles.inclusion_proof(number * 31 % len(leaves), len(leaves), read)

    def hash_path() -> None:
        for _ in range(PROOFS):
            hashlib.sha256(bytes(1024)).digest()

    ours, bare = PROOFS / best(prove, 2), PROOFS / best(hash_path, 2)
    return Row.beside(name, ours, "proofs/s", "hashing 1 KiB each", bare)
