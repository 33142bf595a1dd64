"""Every table of every zone, out by COPY from one snapshot and in by COPY behind the migrations.

Rows only. Schema, roles, policies and the hardened catalogue come from the release that restores,
so that a file somebody wrote holds no statement that a superuser would run.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql

from sunseal.backup.errors import NotEmpty, NotReadable

# What a migration itself puts into an empty database.
SEEDED = ("audit.head", "audit.collector", "registry.list_source", "registry.severity_effect")

# Whatever zones there are: one that is added later is not forgotten.
TABLES = r"""
    select n.nspname as zone, c.relname as name, array_agg(a.attname::text order by a.attnum)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid
    where n.nspname not like 'pg\_%' and n.nspname not in ('information_schema', 'public')
      and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = ''
    group by 1, 2 order by 1, 2
"""
SEQUENCES = """
    select a.attname::text,
           pg_get_serial_sequence(format('%%I.%%I', n.nspname, c.relname), a.attname)
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    where a.attidentity <> '' and n.nspname = %s and c.relname = %s
"""
VERSION = "select version_num from public.schema_version"
# Each row that names objects of the store.
OBJECTS = """
    select object from sealed.segment
    union select header_object from sealed.submission where header_object is not null
    union select unnest(objects) from notice.document
    union select unnest(objects) from opened.document
    order by 1
"""


@dataclass(frozen=True, slots=True)
class Table:
    zone: str
    name: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.zone}.{self.name}"

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.zone, self.name)

    def listed(self) -> sql.Composed:
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))


def tables(connection: Connection[Any]) -> list[Table]:
    rows = connection.execute(TABLES)
    return [Table(zone, name, tuple(columns)) for zone, name, columns in rows]


def version(connection: Connection[Any]) -> str:
    """The schema's."""
    return str(connection.execute(VERSION).fetchone()[0])  # type: ignore[index]


def copy_out(connection: Connection[Any], table: Table) -> Iterator[bytes]:
    """The rows in COPY's text form, in pieces."""
    query = sql.SQL("copy {} ({}) to stdout").format(table.identifier, table.listed())
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for piece in copy:
            yield bytes(piece)


def copy_in(connection: Connection[Any], table: Table, pieces: Iterable[bytes]) -> int:
    """Puts rows into a table; returns how many."""
    query = sql.SQL("copy {} ({}) from stdin").format(table.identifier, table.listed())
    with connection.cursor() as cursor:
        with cursor.copy(query) as copy:
            for piece in pieces:
                copy.write(piece)
        return cursor.rowcount


def named(found: list[Table], name: str, columns: list[str]) -> Table:
    """The table that a backup names, with exactly its columns. Raises NotReadable."""
    for table in found:
        if str(table) == name and list(table.columns) == columns:
            return table
    raise NotReadable(f"{name[:80]} is no table of this schema, or has other columns")


def check_empty(connection: Connection[Any], found: Iterable[Table]) -> None:
    """Raises NotEmpty for a database that anything was done in."""
    for table in found:
        if str(table) not in SEEDED and _any_row(connection, table):
            raise NotEmpty(str(table))
    if connection.execute("select size from audit.head").fetchone() != (0,):
        raise NotEmpty("audit.head")


def empty_seeded(connection: Connection[Any], found: Iterable[Table]) -> None:
    """Makes room for the rows that a migration put there, which a backup holds as well."""
    for table in found:
        if str(table) in SEEDED:
            connection.execute(sql.SQL("delete from {}").format(table.identifier))


def set_sequences(connection: Connection[Any], table: Table) -> None:
    """The next number of a table that counts is higher than any restored one."""
    for column, sequence in connection.execute(SEQUENCES, [table.zone, table.name]).fetchall():
        query = sql.SQL("select setval(%s, coalesce(max({}), 0) + 1, false) from {}").format(
            sql.Identifier(column), table.identifier
        )
        connection.execute(query, [sequence])


def _any_row(connection: Connection[Any], table: Table) -> bool:
    query = sql.SQL("select exists (select from {})").format(table.identifier)
    return bool(connection.execute(query).fetchone()[0])  # type: ignore[index]
