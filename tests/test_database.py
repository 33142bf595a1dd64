"""The database refuses by itself, whatever the program says."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from sunseal.database import Credential, Database, Role
from sunseal.errors import Forbidden, Unauthenticated
from tests.support.database import TestDatabase

DESK_ROLES = (
    "as_public",
    "as_door",
    "as_tendering_party",
    "as_agent",
    "as_centre",
    "as_supervisor",
    "as_custodian",
    "as_operator",
)
SEALED_TABLES = (
    "gate",
    "joining",
    "submission",
    "upload",
    "segment",
    "event",
    "tick_seed",
    "box_leaf",
    "screening",
    "share",
)
WAYS_OUT = (
    "set role as_worker",
    "set role as_bidder",
    "set role sunseal_owner",
    "reset role; set role as_worker",
    "set local role as_bidder",
    "select set_config('role', 'as_worker', true)",
    "select set_config('role', 'as_bidder', false)",
    "set session authorization sunseal_work",
    "set session authorization postgres",
    "select set_config('session_authorization', 'sunseal_work', true)",
    "do $$ begin set local role as_worker; end $$",
)
TELLTALES = (
    "select reltuples, relpages from pg_class where relname = 'submission'",
    "select * from pg_stat_user_tables",
    "select * from pg_statio_user_tables",
    "select * from pg_stat_activity",
    "select * from pg_stats",
    "select * from pg_locks",
    "select pg_relation_size('notice.tender')",
    "select pg_total_relation_size('notice.tender')",
    "select pg_database_size(current_database())",
    "select pg_current_xact_id()",
    "select txid_current()",
    "select pg_current_snapshot()",
    "select pg_current_wal_lsn()",
    "select pg_current_wal_insert_lsn()",
    "select datfrozenxid from pg_database",
    "select xmin from notice.tender",
    "select xmax from registry.organization",
    "select ctid from notice.tender",
    "select pg_stat_get_tuples_inserted('notice.tender'::regclass)",
    "select pg_advisory_lock(1)",
    "select lo_create(0)",
    "select pg_notification_queue_usage()",
)


@pytest.mark.parametrize("role", DESK_ROLES)
def test_desk_roles_have_no_right_in_the_sealed_zone(untouched: TestDatabase, role: str) -> None:
    with psycopg.connect(untouched.urls["desk"], autocommit=True) as desk:
        desk.execute("select set_config('role', %s, false)", (role,))
        for table in SEALED_TABLES:
            for statement in (
                f"select count(*) from sealed.{table}",
                f"explain select 1 from sealed.{table}",
                f"delete from sealed.{table}",
                f"insert into sealed.{table} default values",
            ):
                with pytest.raises(InsufficientPrivilege):
                    desk.execute(statement)


@pytest.mark.parametrize("statement", WAYS_OUT)
@pytest.mark.parametrize("role", DESK_ROLES)
def test_no_desk_role_reaches_another_side(
    untouched: TestDatabase, role: str, statement: str
) -> None:
    with psycopg.connect(untouched.urls["desk"]) as desk:
        desk.execute("select set_config('role', %s, true)", (role,))
        with pytest.raises(InsufficientPrivilege):
            desk.execute(statement)  # the whole string, as an injection would


@pytest.mark.parametrize("statement", TELLTALES)
def test_the_catalogue_does_not_tell(untouched: TestDatabase, statement: str) -> None:
    with psycopg.connect(untouched.urls["desk"]) as desk:
        desk.execute("select set_config('role', 'as_centre', true)")
        with pytest.raises(InsufficientPrivilege):
            desk.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("login", ["desk", "box", "work"])
def test_a_login_has_no_rights_of_its_own(untouched: TestDatabase, login: str) -> None:
    with psycopg.connect(untouched.urls[login], autocommit=True) as connection:
        for table in ("notice.tender", "sealed.gate", "registry.person", "audit.entry"):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f"select 1 from {table}")


def test_nobody_updates_or_deletes_the_log(untouched: TestDatabase) -> None:
    for login, roles in (("desk", DESK_ROLES), ("box", ("as_bidder",)), ("work", ("as_worker",))):
        for role in roles:
            with psycopg.connect(untouched.urls[login], autocommit=True) as connection:
                connection.execute("select set_config('role', %s, false)", (role,))
                for statement in (
                    "delete from audit.entry",
                    "update audit.entry set detail = ''",
                    "delete from audit.tick",
                    "update audit.tick set leaf = ''",
                    "truncate audit.entry",
                ):
                    with pytest.raises(InsufficientPrivilege):
                        connection.execute(statement)


def test_a_unit_of_work_is_in_its_role_and_leaves_it_behind(database: TestDatabase) -> None:
    desk = database.login("desk", pool_size=1)
    with desk.unit_as(Role.CENTRE) as uow:
        connection = uow.session.connection()
        assert connection.exec_driver_sql("select current_user").scalar() == "as_centre"
    with desk.engine.connect() as connection:
        assert connection.exec_driver_sql("select current_user").scalar() == "sunseal_desk"


def test_an_unknown_token_is_nobody(database: TestDatabase) -> None:
    with pytest.raises(Unauthenticated), database.desk.unit_of_work(Credential(bytes(32))):
        raise AssertionError("never inside")


def test_a_refused_statement_is_rolled_back_and_logged(database: TestDatabase) -> None:
    desk = database.desk
    with pytest.raises(Forbidden), desk.unit_as(Role.AGENT) as uow:
        uow.session.connection().exec_driver_sql("select * from sealed.submission")
    with database.admin() as admin:
        rows = admin.execute("select role, outcome, reason from audit.entry").fetchall()
    assert rows == [("as_agent", "refused", "forbidden")]


def test_fifty_at_once_on_a_pool_of_two_all_get_through(database: TestDatabase) -> None:
    desk = database.login("desk", pool_size=2)

    def ask(_: int) -> object:
        with desk.unit_as(Role.PUBLIC) as uow:
            return uow.session.connection().exec_driver_sql("select pg_sleep(0.01), 7").one()[1]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, range(50))) == [7] * 50


def test_a_restarted_server_costs_nobody_a_second_try(database: TestDatabase) -> None:
    """The pool still holds the connections to the old one; the first to come gets a new one."""
    desk = database.login("desk", pool_size=2)
    ways: tuple[Callable[[Database], Role], ...] = (asked_alone, asked_in_unit)
    for ask in ways:
        assert ask(desk) is Role.PUBLIC
        with database.admin() as admin:
            ended = admin.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where datname = current_database() and usename = 'sunseal_desk'"
            ).fetchone()
        assert ended is not None
        assert ended[0] >= 1
        assert ask(desk) is Role.PUBLIC


def asked_alone(desk: Database) -> Role:
    return desk.role_of(Credential(bytes(32)))


def asked_in_unit(desk: Database) -> Role:
    with desk.unit_as(Role.PUBLIC) as uow:
        return uow.actor.role
