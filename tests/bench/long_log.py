"""A log that already holds a million entries, in PostgreSQL: how fast it grows on, and proves."""

from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import text

from sunseal.audit import service as log
from sunseal.database import Role
from sunseal_crypto import checkpoint, event, merkle, receipt, tick, tiles
from sunseal_crypto.bundle import EntryRow
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.tick import TickLeaf
from tests.auditor.measure import Log
from tests.bench.database import bare_table, hurried
from tests.bench.row import NotMeasured, Row, best
from tests.crypto.logs import COSIGNERS, LOG, NOON, ORIGIN
from tests.support.database import TestDatabase

COSIGNER = COSIGNERS[0]
ENTRIES = """copy audit.entry (id, nonce, detail, commitment, actor, role, action, object, outcome,
    reason, at, tick, slot, path) from stdin"""
TICKS = "copy audit.tick (number, index, at, leaf) from stdin"
TILES = "copy audit.tile (level, index, hashes) from stdin"
# Commitments are random, so their order is.
SOME = "select id from audit.entry order by commitment limit %s"
BARE = text("select * from audit.entry where id = :id")
Held = dict[tuple[int | None, int], bytes]


def fill(database: TestDatabase, made: Log) -> None:
    """Writes the log as it would be after all its ticks, the last one cosigned."""
    with hurried(database.admin_url), database.admin() as admin:
        with bare_table(admin, "audit.entry"), admin.cursor().copy(ENTRIES) as copy:
            for row in made.rows():
                copy.write_row(_entry(row))
        _ticks(admin, made.leaves)
        _shown(admin, grown(made.leaves), len(made.leaves))


def receipts(database: TestDatabase, count: int, name: str) -> Row:
    """An entry's receipt out of the tables, beside reading its row alone; one is verified."""
    with database.admin() as admin:
        ids = [row[0] for row in admin.execute(SOME, (count,))]
    with database.work.unit_as(Role.WORKER) as uow:

        def prove() -> None:
            for each in ids:
                log.receipt(uow, each)

        def read() -> None:
            for each in ids:
                uow.session.execute(BARE, {"id": each}).one()

        shown = log.receipt(uow, ids[0])
        if shown is None:
            raise NotMeasured("the log gave no receipt")
        receipt.verify(shown.encode(), ORIGIN, LOG.verifier, [COSIGNER.verifier], 1)
        ours, bare = len(ids) / best(prove, 2), len(ids) / best(read, 2)
    return Row.beside(name, ours, "receipts/s", "reading its row", bare)


def grown(leaves: list[bytes]) -> Held:
    """The tiles of a log with these leaves, by level and index."""
    held: Held = {}
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    for made, data in tiles.grow(0, hashes, reading(held)).items():
        held[made.level, made.index] = data
    return held


def reading(held: Held) -> tiles.Read:
    return lambda tile: held[tile.level, tile.index][: tile.width * merkle.HASH_BYTES]


def _entry(row: EntryRow) -> tuple[object, ...]:
    said = event.decode(row.detail)
    return (
        uuid4(),
        row.nonce,
        row.detail,
        tick.commitment(row.nonce, row.detail),
        said.actor,
        said.role,
        said.action,
        said.object,
        said.outcome,
        said.reason,
        said.at,
        row.tick,
        row.slot,
        row.path,
    )


def _ticks(admin: psycopg.Connection[Any], leaves: list[bytes]) -> None:
    with admin.cursor().copy(TICKS) as copy:
        for index, data in enumerate(leaves):
            leaf = TickLeaf.parse(data)
            copy.write_row((leaf.number, index, leaf.time, data))
    admin.execute(
        "update audit.head set size = %s, last_tick = %s, quorum = 1, cosigners = %s",
        (len(leaves), TickLeaf.parse(leaves[-1]).number, [str(COSIGNER.verifier)]),
    )


def _shown(admin: psycopg.Connection[Any], held: Held, size: int) -> None:
    """Tiles, and the checkpoint of the whole with one cosignature."""
    with admin.cursor().copy(TILES) as copy:
        for (level, index), data in held.items():
            copy.write_row((level, index, data))
    point = Checkpoint(ORIGIN, size, tiles.root(size, reading(held)))
    note = checkpoint.sign_checkpoint(point, LOG).decode()
    line = checkpoint.cosign(point.encode(), COSIGNER, NOON).decode()
    admin.execute("insert into audit.checkpoint values (%s, %s, now())", (size, note))
    cosigned = (size, COSIGNER.name, line)
    admin.execute("insert into audit.cosignature values (%s, %s, %s, now())", cosigned)
