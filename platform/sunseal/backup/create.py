"""Making a backup: two people agreed, the log says so first, then rows and objects leave sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from sunseal.backup import agreement, sections, tables, vault
from sunseal.backup.contents import About, Counted
from sunseal.database import Database
from sunseal.storage import ObjectLost, Storage
from sunseal_crypto import canonical
from sunseal_crypto.age import X25519Recipient

HEAD = "select kit.now(), size from audit.head"
NEWEST = """
    select c.note, array_remove(array_agg(s.line order by s.cosigner), null)
    from audit.checkpoint c left join audit.cosignature s using (size)
    group by c.size, c.note order by c.size desc limit 1
"""
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Made:
    """`size` in bytes; `missing` as in the file's last section."""

    sha256: str
    size: int
    counted: Counted


@dataclass
class Source:
    """Where a backup is made from; `admin_url` is a superuser's, who alone reads every zone."""

    admin_url: str
    storage: Storage
    origin: str
    roster: bytes
    rows: dict[str, int] = field(default_factory=dict)
    objects: int = 0
    missing: list[str] = field(default_factory=list)

    def blocks(self) -> Iterator[bytes]:
        """The whole plaintext, from one snapshot."""
        yield sections.MAGIC
        with psycopg.connect(self.admin_url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield from _one("about", canonical.encode(self._about(connection)))
            yield from self._tables(connection)
            yield from self._objects(connection)
        yield from _one("end", canonical.encode(self.counted))

    @property
    def counted(self) -> Counted:
        return Counted(self.rows, self.objects, sorted(self.missing))

    def _about(self, connection: Connection[Any]) -> About:
        [(now, size)] = connection.execute(HEAD).fetchall()
        newest = connection.execute(NEWEST).fetchone()
        return About(
            version="sunseal/backup/v1",
            origin=self.origin,
            roster=self.roster,
            schema=tables.version(connection),
            size=size,
            checkpoint=newest[0] + "".join(newest[1]) if newest else "",
            made_at=now.astimezone(UTC),
        )

    def _tables(self, connection: Connection[Any]) -> Iterator[bytes]:
        for table in tables.tables(connection):
            rows = self._counting(str(table), tables.copy_out(connection, table))
            yield from sections.section("table", str(table), rows, list(table.columns))

    def _counting(self, name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """In COPY's text form a row is a line: a newline within a value is written `\\n`."""
        self.rows[name] = 0
        for piece in pieces:
            self.rows[name] += piece.count(b"\n")
            yield piece

    def _objects(self, connection: Connection[Any]) -> Iterator[bytes]:
        with connection.cursor("objects") as cursor:
            cursor.itersize = AT_ONCE
            for (name,) in cursor.execute(tables.OBJECTS):
                yield from self._object(name)

    def _object(self, name: UUID) -> Iterator[bytes]:
        try:
            data = self.storage.get(name)
        except ObjectLost:
            self.missing.append(name.hex)
            return
        self.objects += 1
        yield from sections.section("object", name.hex, [data], [])


def create(
    source: Source, path: Path, recipients: Sequence[X25519Recipient], proposal: UUID
) -> Made:
    """Writes the backup that two people agreed on. Raises BackupFailed."""
    database = Database(source.admin_url, pool_size=1)
    try:
        # 1. Who agreed to what; the entry comes before the first byte, and counts as the one use.
        agreement.use(database, proposal, recipients)
        # 2. Everything leaves sealed, or there is no file.
        digest, size = vault.write(path, source.blocks(), recipients)
        # 3. The log knows the file by its digest, so that nobody restores another one.
        agreement.made(database, proposal, digest, size)
    finally:
        database.close()
    return Made(digest, size, source.counted)


def _one(kind: sections.Kind, body: bytes) -> Iterator[bytes]:
    yield from sections.section(kind, "", [body], [])
