"""Every right in the database was decided by somebody, and docs/isolation.md says which."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.isolation import catalogue, matrix
from tests.support.database import TestDatabase


@pytest.fixture(scope="module")
def live(untouched: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    with untouched.admin() as admin:
        yield admin


DECIDED = matrix.decisions()
TABLES = DECIDED["tables"]


def differing(decided: dict[Any, Any], found: dict[Any, Any]) -> dict[Any, Any]:
    """Decision and fact, where they are not the same."""
    return {
        key: (decided.get(key), found.get(key))
        for key in decided.keys() | found.keys()
        if decided.get(key) != found.get(key)
    }


def decided_cells() -> dict[tuple[str, str], str]:
    return {
        (table, role): rights
        for table, decision in TABLES.items()
        for role, rights in matrix.grants(decision).items()
    }


def live_cells(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], str]:
    return {
        (table, catalogue.short([role])): rights
        for table, roles in catalogue.cells(connection).items()
        for role, rights in roles.items()
    }


def test_every_table_has_a_decision(live: psycopg.Connection[Any]) -> None:
    assert catalogue.cells(live).keys() == TABLES.keys()


def test_every_cell_is_as_decided(live: psycopg.Connection[Any]) -> None:
    """Logins are asked as well: a right of their own would be one without a role."""
    assert differing(decided_cells(), live_cells(live)) == {}


def test_roles_and_logins_are_those_of_the_matrix(live: psycopg.Connection[Any]) -> None:
    assert set(catalogue.everybody(live)) == {*catalogue.ROLES, *catalogue.LOGINS}
    assert catalogue.powerful(live) == []
    assert catalogue.members(live) == DECIDED["logins"]


def test_row_level_security_is_as_decided(live: psycopg.Connection[Any]) -> None:
    decided = {name: table["policies"] for name, table in TABLES.items() if "policies" in table}
    assert differing(decided, catalogue.policies(live)) == {}


def test_functions_are_called_by_those_decided(live: psycopg.Connection[Any]) -> None:
    decided = {
        name: (function["owners_rights"], function["may_call"])
        for name, function in DECIDED["functions"].items()
    }
    assert differing(decided, catalogue.functions(live)) == {}


def test_schemas_and_sequences_are_as_decided(live: psycopg.Connection[Any]) -> None:
    schemas = {name: (one["usage"], one["create"]) for name, one in DECIDED["schemas"].items()}
    assert differing(schemas, catalogue.schemas(live)) == {}
    sequences = {
        name: {catalogue.short([role]): rights for role, rights in roles.items()}
        for name, roles in catalogue.sequences(live).items()
    }
    assert differing(DECIDED["sequences"], sequences) == {}


def test_postgresqls_own_catalogue_is_closed_as_decided(live: psycopg.Connection[Any]) -> None:
    found = catalogue.closed(live)
    for kind in ("relations", "functions"):
        assert set(found[kind]) ^ set(DECIDED["catalogue"][kind]) == set()
    assert found["columns"] == DECIDED["catalogue"]["columns"]


def test_a_role_reads_row_marks_only_as_the_worker() -> None:
    assert {role for (_, role), rights in decided_cells().items() if "marks" in rights} == {
        "worker"
    }


UNDECIDED = {
    "a table": "create table sealed.note (id uuid)",
    "a column right": "grant update (title) on notice.tender to as_supervisor",
    "a right of a login": "grant select on sealed.joining to sunseal_desk",
    "a right of everybody": "grant select on sealed.joining to public",
    "a function": "create function sealed.count() returns bigint language sql"
    " as 'select count(*) from sealed.joining'",
    "a policy": "create policy more on sealed.joining to as_bidder using (true)",
    "a policy taken away": "alter table sealed.joining disable row level security",
    "a role": "create role as_visitor",
    "a membership": "grant as_worker to sunseal_desk",
    "a schema": "grant usage on schema sealed to as_centre",
    "a statistic": "grant select on pg_stat_user_tables to as_centre",
    "a sequence": "grant select on opened.hall_event_id_seq to as_public",
}


@pytest.mark.parametrize("statement", UNDECIDED.values(), ids=UNDECIDED.keys())
def test_what_nobody_decided_is_found(untouched: TestDatabase, statement: str) -> None:
    """The comparison sees each kind of addition; the transaction takes it back."""
    checks = (
        test_every_table_has_a_decision,
        test_every_cell_is_as_decided,
        test_roles_and_logins_are_those_of_the_matrix,
        test_row_level_security_is_as_decided,
        test_functions_are_called_by_those_decided,
        test_schemas_and_sequences_are_as_decided,
        test_postgresqls_own_catalogue_is_closed_as_decided,
    )
    with untouched.admin() as admin, admin.transaction(force_rollback=True):
        admin.execute(statement.encode())
        found = []
        for check in checks:
            try:
                check(admin)
            except AssertionError:
                found.append(check.__name__)
    assert found


def test_the_document_is_current() -> None:
    """Else: python -m tests.isolation.matrix"""
    assert matrix.DOCUMENT.read_text() == matrix.document(DECIDED)


def test_somebody_said_what_each_thing_is_for() -> None:
    said = [
        *(
            (name, table[key])
            for name, table in TABLES.items()
            for key in ("what", "before", "after")
        ),
        *(
            (name, one["what"])
            for kind in ("schemas", "functions")
            for name, one in DECIDED[kind].items()
        ),
    ]
    assert [name for name, sentence in said if not sentence] == []
