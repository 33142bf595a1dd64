"""The log: appending entries in ticks, and checking a million of them."""

import os
from collections.abc import Iterator

from sunseal.audit import service as log
from sunseal.database import Role
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.signing import SigningKey
from tests.bench.database import installation
from tests.bench.row import Row, seconds

APPENDED = 2_000


def measure() -> Iterator[Row]:
    yield _append()


def _append() -> Row:
    """Entries committed one by one and put into a tick, beside bare rows of the same size."""
    signer = NoteSigner("bench.example/log", SigningKey.generate())
    with installation() as database:
        desk, work = database.desk, database.work

        def append() -> None:
            for _ in range(APPENDED):
                with desk.unit_as(Role.CENTRE) as uow:
                    log.record(uow, "bench", "organization/x")
            with work.unit_as(Role.WORKER) as uow:
                log.tick(uow, signer, 0.001, quorum=1)

        def bare() -> None:
            with database.admin() as admin:
                admin.execute("create table if not exists bare (id uuid, body bytea)")
                for _ in range(APPENDED):
                    admin.execute(
                        "insert into bare values (gen_random_uuid(), %s)", (os.urandom(400),)
                    )

        ours, limit = APPENDED / seconds(append), APPENDED / seconds(bare)
    return Row.beside("log_append", ours, "entries/s", "bare inserts", limit)
