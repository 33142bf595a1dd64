"""The log: appending entries in ticks, and auditing a million of them."""

import os
import tempfile
from collections.abc import Iterator

from sunseal.audit import service as log
from sunseal.database import Role
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.signing import SigningKey
from tests.auditor.measure import Log, measured, write
from tests.bench.database import installation
from tests.bench.row import NotMeasured, Row, best

ALLOWED = 60.0


def measure(appended: int = 2_000, entries: int = 1_000_000, ticks: int = 50_000) -> Iterator[Row]:
    yield _append(appended)
    yield _audit(entries, ticks)


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


def _audit(entries: int, ticks: int) -> Row:
    """The auditor's own checks of a bundle, its file and all."""
    with tempfile.TemporaryFile(dir="build") as file:
        write(file, Log(entries, ticks, shut=False))
        verdict, elapsed, _ = measured(file)
    if verdict.findings.faults or verdict.entries < entries:
        raise NotMeasured(f"the audit found faults: {verdict.findings.faults[:3]}")
    name = "audit_verify_1m" if entries == 1_000_000 else f"audit_verify_{entries}"
    return Row.beside(name, elapsed, "s", "60 s allowed", ALLOWED)
