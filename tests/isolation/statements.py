"""Everything that SQL on the desk's login can ask: relations, estimates, functions, constraints."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from tests.adversaries.test_sql_worlds import PROBES
from tests.isolation import normal
from tests.isolation.catalogue import BY_COLUMN
from tests.support.database import TestDatabase

Connection = psycopg.Connection[Any]
DESK = (
    "as_public",
    "as_door",
    "as_tendering_party",
    "as_agent",
    "as_centre",
    "as_supervisor",
    "as_custodian",
    "as_operator",
)
RELATIONS = """
    select n.nspname, c.relname,
        array(select a.attname from pg_attribute a where a.attrelid = c.oid and attnum > 0
            and not attisdropped and has_column_privilege(c.oid, attnum, 'select')
            order by attnum),
        array(select p from unnest(%s::text[]) p where has_any_column_privilege(c.oid, p)),
        c.relisshared
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where c.relkind in ('r', 'v', 'm', 'p') and n.nspname !~ '^pg_toast'
    order by 1, 2
"""
# Without arguments, or with one that names a relation: what could tell of a table by its name.
FUNCTIONS = """
    select p.oid::regproc::text, p.proargtypes[0]::regtype::text, p.proretset
    from pg_proc p where p.prokind = 'f' and p.pronamespace <> 'information_schema'::regnamespace
        and has_function_privilege(p.oid, 'execute')
        and has_schema_privilege(p.pronamespace, 'usage')
        and (p.pronargs = 0 or p.pronargs = 1 and p.proargtypes[0]::regtype
            = any(array['oid', 'regclass', 'name', 'text']::regtype[]))
        and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype)
    order by 1, 2
"""
TARGETS = ("sealed.submission", "sealed.event", "notice.tender", "audit.entry", "kit.outbox")
# They tell of this connection, of this moment or of chance, never of a table.
OF_THE_MOMENT = {
    "pg_backend_pid",
    "random",
    "random_normal",
    "gen_random_uuid",
    "uuidv4",
    "uuidv7",
    "clock_timestamp",
    "timeofday",
    "inet_client_port",
    "pg_jit_available",
    "pg_my_temp_schema",
    "pg_sleep",
    "setseed",
    "pg_current_logfile",
    "current_database",
    "pg_ls_tmpdir",
}
# Each installation is a database of its own, and the average width of a row that holds random
# values and times is not the same to a byte.
DATABASE = re.compile(r"\btest_\d+\b")
WIDTH = re.compile(r"width=\d+")
# The statement that asks stands in them itself, with its time and its number.
OWN_SESSION = {"pg_prepared_statements", "pg_settings", "pg_timezone_names"}


@dataclass(frozen=True)
class Refusal:
    """SQLSTATE, message, detail and hint."""

    words: list[str]


@contextmanager
def as_role(database: TestDatabase, role: str, organization: UUID) -> Iterator[Connection]:
    """The desk's login, as an injection in a page of `role` has it."""
    with psycopg.connect(database.urls["desk"], autocommit=True, prepare_threshold=None) as desk:
        for name, held in (("sunseal.organization", str(organization)), ("role", role)):
            desk.execute("select set_config(%s, %s, false)", (name, held))
        yield desk


def ask(desk: Connection, statement: sql.Composable | str, *, plan: bool = False) -> Any:
    """The normalised rows, in one order, or how PostgreSQL refused; nothing is left behind."""
    try:
        with desk.transaction(force_rollback=True):
            query = statement if isinstance(statement, sql.Composable) else statement.encode()
            cursor = desk.execute(query)  # type: ignore[arg-type]
            rows = cursor.fetchall() if cursor.description else []
            names = [column.name for column in cursor.description or ()]
    except psycopg.Error as refused:
        said = refused.diag
        words = [refused.sqlstate, said.message_primary, said.message_detail, said.message_hint]
        return Refusal([DATABASE.sub("<database>", normal.text(word or "")) for word in words])
    made = [_row(row, names) for row in rows]
    return [WIDTH.sub("width=<number>", line) for line in made] if plan else sorted(made)


def _row(row: tuple[Any, ...], names: list[str]) -> str:
    """A row whose numbers by the clock or by chance are marked, by their columns' names."""
    held = zip(row, names, strict=True)
    marked = (
        "<number>" if name in normal.NUMBERED and v is not None else normal.value(v)
        for v, name in held
    )
    return DATABASE.sub("<database>", repr(list(marked)))


def walk(
    database: TestDatabase, role: str, organization: UUID, targets: tuple[str, ...]
) -> dict[str, Any]:
    """Each probe and its answer.

    With `targets`, PostgreSQL's own relations and functions are asked as well, about these tables.
    """
    with as_role(database, role, organization) as desk:
        found = dict(_relations(desk, bool(targets)))
        for probe in PROBES:
            if "(analyze" not in probe:
                found[probe] = ask(desk, probe)
        if targets:
            found |= dict(_functions(desk, targets))
    return found


def _relations(desk: Connection, deep: bool) -> Iterator[tuple[str, Any]]:
    for schema, name, columns, rights, shared in desk.execute(
        RELATIONS, (list(BY_COLUMN),)
    ).fetchall():
        ours = schema not in ("pg_catalog", "information_schema")
        if not (ours or deep) or name in OWN_SESSION:
            continue
        table = sql.Identifier(schema, name)
        listed = sql.SQL(", ").join(map(sql.Identifier, columns)) or sql.SQL("count(*)")
        read = sql.SQL("select {} from {}").format(listed, table)
        yield f"read {schema}.{name}", ask(desk, read)
        if shared:
            continue  # one for the whole cluster, where other tests make databases meanwhile
        explain = sql.SQL("explain (verbose, settings) ") + read
        planned = ask(desk, explain, plan=True)
        yield f"explain {schema}.{name}", planned if ours else _whether_planned(planned)
        if ours:
            yield from _writes(desk, f"{schema}.{name}", table, columns, rights)


def _whether_planned(answer: Any) -> Any:
    """That PostgreSQL's own relation was planned for, or how this was refused.

    Its rows are compared themselves, and a bid adds none to a relation that may be read. Its
    estimates follow from them, its pages and its last ANALYZE, which autovacuum chooses: one run of
    it between the two walks changes thirty plans, with bids or without.
    """
    return answer if isinstance(answer, Refusal) else "planned"


def _writes(
    desk: Connection, name: str, table: sql.Identifier, columns: list[str], rights: list[str]
) -> Iterator[tuple[str, Any]]:
    """What constraints, policies and triggers say, whether the role may write or not."""
    default = sql.SQL("insert into {} default values").format(table)
    yield f"insert {name}", ask(desk, default)
    yield f"delete {name}", ask(desk, sql.SQL("delete from {}").format(table))
    for lock in ("update", "key share"):
        query = sql.SQL("select 1 from {} for {} nowait").format(table, sql.SQL(lock))
        yield f"lock {name} for {lock}", ask(desk, query)
    if "INSERT" in rights and columns:
        copied = sql.SQL("insert into {0} ({1}) select {1} from {0}").format(
            table, sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        yield f"double {name}", _said_first(ask(desk, copied))


def _said_first(answer: Any) -> Any:
    """Which of several rows a constraint names first is chance; that it names one is not."""
    return answer.words[:2] if isinstance(answer, Refusal) else answer


def _functions(desk: Connection, targets: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name, argument, many in desk.execute(FUNCTIONS).fetchall():
        if name.removeprefix("pg_catalog.").strip('"') in OF_THE_MOMENT:
            continue
        call = sql.SQL("select * from {}({})" if many else "select {}({})")
        function = sql.SQL(name)
        if argument is None:
            yield f"{name}()", ask(desk, call.format(function, sql.SQL("")))
            continue
        for target in targets:
            named = _argument(desk, argument, target)
            yield f"{name}({target})", ask(desk, call.format(function, named))


def _argument(desk: Connection, kind: str, target: str) -> sql.Composable:
    """A relation's oid where the type asks for one: from pg_class, which every role may read."""
    if kind in ("oid", "regclass"):
        schema, _, name = target.partition(".")
        query = (
            "select c.oid from pg_class c join pg_namespace n on n.oid = relnamespace"
            " where nspname = %s and relname = %s"
        )
        row = desk.execute(query, (schema, name)).fetchone()
        assert row is not None
        return sql.SQL("{}::oid").format(sql.Literal(row[0]))
    return sql.SQL("{}::{}").format(sql.Literal(target), sql.SQL(kind))
