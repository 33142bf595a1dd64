"""By SQL, with the desk's own login, no role can tell a box with three bidders from an empty one.

Two installations differ in their sealed rows alone. Whatever is asked, the answer is the same:
usually that it is not allowed, else a value on which the box has no influence.
"""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.support.database import TestDatabase
from tests.test_database import DESK_ROLES

TENDER = "11111111-1111-4111-8111-111111111111"
FIRM = "22222222-2222-4222-8222-22222222222"
SHARED = f"""
    insert into registry.organization (id, name, name_key, kind, uscc, registered_at)
    select (format('{FIRM}%s', n))::uuid, 'firm', 'firm', 'bidder', 'USCC' || n, '2026-01-01'
    from generate_series(1, 3) n
"""
SEALED = (
    f"""insert into sealed.gate (tender_id, envelope, deadline, not_before, minimum_bids, box_size,
        terms, recipient, key_id, state, next_check_at)
        values ('{TENDER}', '1', '2026-02-01', '2026-02-01', 1, 16, '', '', '', 'open',
        '2026-02-01')
    """,
    f"""insert into sealed.joining (tender_id, envelope, organization_id, person_id, pseudonym,
        statement, signature, signing_key, joined_at)
        select '{TENDER}', '1', id, id, sha256(id::text::bytea), '', '', '', '2026-01-02'
        from registry.organization""",
    """insert into sealed.submission (joining_id, organization_id, action, sequence, statement,
        signature, digest, size, sha256, state, committed_at)
        select id, organization_id, 'submit', 1, '', '', pseudonym, 1, '', 'committed', '2026-01-02'
        from sealed.joining""",
    """insert into sealed.event (tender_id, nonce, detail, commitment, at)
        select tender_id, '', '', pseudonym, '2026-01-02' from sealed.joining""",
    "insert into kit.outbox (task) select 'bids.check_digest' from sealed.joining",
    "analyze",
)
PROBES = (
    # what planner and statistics know
    "explain select * from sealed.joining",
    "explain (analyze, buffers) select id from notice.tender",
    "explain select id from registry.organization where id in (select organization_id from"
    " sealed.joining)",
    "select * from pg_stats where tablename = 'joining'",
    "select n_live_tup from pg_stat_all_tables where relname = 'joining'",
    "select pg_stat_get_live_tuples('sealed.joining'::regclass)",
    "select relname, relpages, reltuples from pg_class where relname = 'joining'",
    "select relname, relfilenode from pg_class where relname = 'joining'",
    "select pg_table_size('sealed.joining')",
    "select pg_indexes_size('sealed.joining'::regclass)",
    "select pg_relation_filepath('sealed.joining')",
    "select * from pg_sequences",
    "select currval('opened.hall_event_id_seq')",
    "select last_value from opened.hall_event_id_seq",
    "select count(*) from pg_class",
    # what constraints and their messages say
    f"insert into sealed.joining (tender_id) values ('{TENDER}')",
    f"insert into registry.organization (id, name, kind) values ('{FIRM}1', 'x', 'bidder')",
    f"update registry.organization set name = 'y' where id = '{FIRM}1'",
    f"delete from registry.organization where id = '{FIRM}1'",
    f"insert into notice.tender (id) values ('{TENDER}')",
    f"select id from registry.organization where id = '{FIRM}1' for update nowait",
    f"select id from registry.organization where id = '{FIRM}1' for key share skip locked",
    "insert into kit.outbox (task) values ('screening.check_all')",
    "select count(*) from kit.outbox",
    "select count(*) from kit.idempotency",
    # what moves when somebody writes
    "select xmin, xmax from registry.organization",
    "select age(xmin) from registry.organization",
    "select ctid from registry.organization",
    "select txid_current()",
    "select pg_current_wal_lsn()",
    "select * from pg_locks",
    "select pg_try_advisory_lock(1)",
    "select pg_try_advisory_xact_lock_shared(1)",
    "select pg_listening_channels()",
    "select pg_notification_queue_usage()",
    "select pg_notify('a', 'b')",
    "select * from pg_prepared_xacts",
    "select pg_last_committed_xact()",
    "select pg_get_multixact_members('1'::xid)",
    # what a function of the owner's could be made to tell
    f"select sealed.box_has_room('{TENDER}', '1')",
    "select kit.organization()",
    "select has_table_privilege('sealed.joining', 'select')",
    "select query_to_xml('select count(*) from sealed.joining', true, true, '')",
    "select table_to_xml('sealed.joining', true, true, '')",
    "select database_to_xml(true, true, '')",
    "copy sealed.joining to stdout",
    "declare c cursor for select count(*) from sealed.joining",
    "prepare p as select count(*) from sealed.joining",
    "create view public.peek as select count(*) from sealed.joining",
    "create temp table peek as select count(*) from sealed.joining",
    "create function pg_temp.peek() returns bigint language sql"
    " as 'select count(*) from sealed.joining'; select pg_temp.peek()",
    "lock table sealed.joining in access share mode nowait",
    "truncate sealed.joining",
    "vacuum (verbose) sealed.joining",
    "analyze verbose sealed.joining",
    "listen box",
)
# The very same statement in two databases need not take the same time or the same buffers.
VARYING = ("(analyze",)

Make = Callable[[], TestDatabase]


def ask(database: TestDatabase, role: str, probe: str) -> str:
    """The answer, or how it was refused."""
    with psycopg.connect(database.urls["desk"]) as desk:
        desk.execute("select set_config('role', %s, true)", (role,))
        try:
            answer = desk.execute(probe.encode())
            rows: list[Any] = answer.fetchall() if answer.description else []
        except psycopg.Error as refused:
            said = (
                f"{refused.sqlstate} {refused.diag.message_primary} {refused.diag.message_detail}"
            )
            return said.replace(database.name, "<database>")
        finally:
            desk.rollback()
    if any(word in probe for word in VARYING):
        return f"{len(rows)} lines"
    return repr(rows)


@pytest.fixture(scope="module")
def worlds(embedded: Any, template: str) -> Any:
    from tests.support.database import maker

    with maker(embedded, template) as make:
        empty, full = make(), make()
        for world, statements in ((empty, ()), (full, SEALED)):
            with world.admin() as admin:
                for statement in (SHARED, *statements):
                    admin.execute(statement)
        yield empty, full


@pytest.mark.parametrize("role", DESK_ROLES)
def test_every_probe_is_answered_alike(
    worlds: tuple[TestDatabase, TestDatabase], role: str
) -> None:
    empty, full = worlds
    told = {
        probe: (without, with_bids)
        for probe in PROBES
        if (without := ask(empty, role, probe)) != (with_bids := ask(full, role, probe))
    }
    assert told == {}


def test_the_superuser_could_tell(worlds: tuple[TestDatabase, TestDatabase]) -> None:
    """The worlds do differ, where there is a right to see it."""
    counts = []
    for world in worlds:
        with world.admin() as admin:
            counts.append(admin.execute("select count(*) from sealed.joining").fetchone())
    assert counts == [(0,), (3,)]
