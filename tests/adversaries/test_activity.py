"""An injection in a staff page cannot count what happens on the other side.

Two looks at a counter that the whole cluster shares would tell how many transactions bidders had
committed in between.
"""

from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from sunseal import startup
from tests.support.database import TestDatabase

COUNTERS = {
    "the age of a transaction": "select age('3'::xid)",
    "a temporary table's xmin": "create temporary table t as select 1; select xmin from t",
    "the last checkpoint": "select next_xid, checkpoint_lsn from pg_control_checkpoint()",
    "the recovery state": "select * from pg_control_recovery()",
    "a message into the log": "select pg_logical_emit_message(false, 'a', 'b')",
    "replication slots": "select * from pg_replication_slots",
    "their function": "select * from pg_get_replication_slots()",
    "prepared transactions": "select * from pg_prepared_xact()",
    "a session's xmin": "select xmin from registry.session",
    "a person's xmax": "select xmax from registry.person",
    "the hall's sequence": "select last_value from opened.hall_event_id_seq",
}


@pytest.mark.parametrize("role", ["as_centre", "as_door"])
@pytest.mark.parametrize("statements", COUNTERS.values(), ids=COUNTERS.keys())
def test_no_counter_of_the_cluster_is_read(
    untouched: TestDatabase, statements: str, role: str
) -> None:
    with psycopg.connect(untouched.urls["desk"]) as desk:
        desk.execute("select set_config('role', %s, true)", (role,))
        with pytest.raises(InsufficientPrivilege):
            run(desk, statements)


def run(connection: psycopg.Connection[Any], statements: str) -> None:
    for statement in statements.split(";"):
        connection.execute(statement.encode())


@pytest.mark.parametrize("role", ["as_public", "as_centre", "as_supervisor"])
def test_a_sequence_says_no_last_value(untouched: TestDatabase, role: str) -> None:
    with psycopg.connect(untouched.urls["desk"]) as desk:
        desk.execute("select set_config('role', %s, true)", (role,))
        rows = desk.execute("select last_value from pg_sequences").fetchall()
    assert all(row == (None,) for row in rows)


def test_temporary_tables_that_came_back_are_named_at_start_up(database: TestDatabase) -> None:
    with database.admin() as admin:
        admin.execute(f"grant temporary on database {database.name} to public")
    assert startup.open_views(database.desk) == ["temporary tables"]
