"""Restoring a backup: rows and objects, all or nothing; then the log is held until checked."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from sunseal import migrations
from sunseal.backup import contents, sections, tables, vault
from sunseal.backup.contents import About, Counted
from sunseal.backup.errors import NotReadable, OtherRelease
from sunseal.storage import ObjectLost, Storage
from sunseal_crypto.age import X25519Identity

HELD = (
    "it was restored from a backup, and nobody has compared it with what custodians saw. Get their "
    "states (`sunseal-custodian state`) and run `sunseal backup check`."
)
HOLD = "update audit.head set held = %s"

Visit = Callable[[sections.Head, Iterator[bytes]], None]


def restore(
    path: Path, identity: X25519Identity, sha256: str, admin_url: str, storage: Storage
) -> tuple[About, Counted]:
    """Fills an empty database and its store. Raises BackupFailed; the database is then empty."""
    migrations.run(admin_url)
    with psycopg.connect(admin_url) as connection:
        loading = _Loading(connection, storage)
        read = _walk(path, identity, sha256, loading.visit)
        # Only a whole backup may be held for checking: half of one would look like lost ticks.
        loading.finish(read[1])
        connection.execute(HOLD, [HELD])
    return read


def test(path: Path, identity: X25519Identity, sha256: str) -> tuple[About, Counted]:
    """Reads a whole backup and restores nothing. Raises BackupFailed."""
    counting = _Counting()
    read = _walk(path, identity, sha256, counting.visit)
    counting.check(read[1])
    return read


class _Loading:
    """Takes sections into one transaction; the first one decides whether they may come."""

    def __init__(self, connection: Connection[Any], storage: Storage) -> None:
        self._connection = connection
        self._storage = storage
        self._tables = tables.tables(connection)
        self._counting = _Counting()
        tables.check_empty(connection, self._tables)
        tables.empty_seeded(connection, self._tables)
        # Every row was checked when it was first written, and triggers would compare old rows with
        # the clock of today.
        connection.execute("set local session_replication_role = replica")

    def visit(self, head: sections.Head, body: Iterator[bytes]) -> None:
        if head.kind == "table":
            table = tables.named(self._tables, head.name, head.columns)
            self._counting.rows[head.name] = tables.copy_in(self._connection, table, body)
            tables.set_sequences(self._connection, table)
        elif head.kind == "object":
            self._put(_name(head), b"".join(body))
            self._counting.objects += 1

    def finish(self, counted: Counted) -> None:
        self._counting.check(counted)
        missing = {str(table) for table in self._tables} - set(counted.tables)
        if missing:
            raise NotReadable(f"it holds no {sorted(missing)[0]}")

    def _put(self, name: UUID, data: bytes) -> None:
        """What an attempt that was killed has put there already is compared, not believed."""
        self._storage.put(name, data)
        try:
            same = self._storage.get(name) == data
        except ObjectLost:
            same = False
        if not same:
            raise NotReadable(f"the store has another object {name}, or did not keep this one")


class _Counting:
    """What came, to be compared with what the last section says was sent."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.objects = 0

    def visit(self, head: sections.Head, body: Iterator[bytes]) -> None:
        if head.kind == "table":
            self.rows[head.name] = sum(piece.count(b"\n") for piece in body)
        elif head.kind == "object":
            _name(head)
            self.objects += 1

    def check(self, counted: Counted) -> None:
        if (self.rows, self.objects) != (counted.tables, counted.objects):
            raise NotReadable("it does not hold what its last section counts")


def _walk(path: Path, identity: X25519Identity, sha256: str, visit: Visit) -> tuple[About, Counted]:
    about: About | None = None
    counted: Counted | None = None
    with vault.opened(path, identity, sha256) as plain:
        for head, body in sections.Reader(plain).sections():
            if head.kind == "about":
                about = _check_about(contents.about(b"".join(body)))
            elif about is None:
                raise NotReadable("it does not begin by saying what it is of")
            elif head.kind == "end":
                counted = contents.counted(b"".join(body))
            else:
                visit(head, body)
    if about is None or counted is None:
        raise NotReadable("it says neither what it is of nor what it holds")
    return about, counted


def _check_about(about: About) -> About:
    ours = migrations.newest()
    if about.schema != ours:
        raise OtherRelease(about.schema, ours)
    return about


def _name(head: sections.Head) -> UUID:
    try:
        return UUID(hex=head.name)
    except ValueError:
        raise NotReadable(f"{head.name[:40]!r} names no object") from None
