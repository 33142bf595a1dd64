"""What PostgreSQL refused to raw SQL is in the access log once, without what was asked."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal.audit import server_log
from sunseal.audit.refusals import Refusal, collect, refusals
from sunseal.audit.server_log import Place
from sunseal.database import Role
from sunseal.embedded import Embedded
from sunseal_crypto import event
from tests.support.database import TestDatabase

LINE = {
    "timestamp": "2026-11-22 23:49:21.671 UTC",
    "user": "sunseal_desk",
    "dbname": "sunseal",
    "pid": 7,
    "ps": "SELECT",
    "error_severity": "ERROR",
    "state_code": "42501",
    "message": "permission denied for schema sealed",
    "statement": "select price from sealed.submission where name = '甲公司'",
}
REFUSAL = Refusal(
    at=datetime(2026, 11, 22, 23, 49, 21, 671000, UTC),
    login="sunseal_desk",
    database="sunseal",
    statement="SELECT",
    message="permission denied for schema sealed",
)
START = Place("", 0, b"")


def line(**changes: object) -> bytes:
    spelled = json.dumps(LINE | changes, ensure_ascii=False, separators=(",", ":"))
    return spelled.encode() + b"\n"


def test_a_refused_statement_is_told_by_its_kind_alone() -> None:
    assert list(refusals([line()])) == [REFUSAL]


@pytest.mark.parametrize(
    ("name", "shown"),
    {
        "another error": line(state_code="42P01"),
        "a state code inside the statement": line(
            state_code="42P01", statement='x,"state_code":"42501","user":"z"'
        ),
        "no error at all": b'{"error_severity":"LOG","message":"ready"}\n',
        "not JSON": b"2026-11-22 LOG:  ending log output to stderr\n",
        "nothing": b"\n",
        "bytes of no text": b"\xff\xfe\x00\n",
    }.items(),
)
def test_what_is_no_refusal_is_passed_over(name: str, shown: bytes) -> None:
    assert list(refusals([shown])) == [], name


@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        ("a message that `raise` made", {"message": "秘密 42"}, "message"),
        (
            "a message with data behind its own words",
            {"message": "permission denied:秘"},
            "message",
        ),
        ("a very long message", {"message": "permission denied " + "x" * 200}, "message"),
        ("a login with a line break", {"user": "a\nb"}, "login"),
        ("a name for a kind of statement", {"ps": "甲公司"}, "statement"),
    ],
)
def test_what_could_be_data_is_left_out(name: str, change: dict[str, str], field: str) -> None:
    (found,) = refusals([line(**change)])
    assert getattr(found, field) == "-", name


def test_a_server_that_does_not_log_in_utc_costs_the_time_alone() -> None:
    (found,) = refusals([line(timestamp="2026-11-22 23:49:21.671 CST")])
    assert found.at is None
    assert found.login == "sunseal_desk"


def test_nobody_hides_behind_a_long_statement(tmp_path: Path) -> None:
    long = line(statement="select '" + "x" * (3 * server_log.LINE_BYTES) + "'")
    (tmp_path / "a.json").write_bytes(long + line(user="next"))
    batch = server_log.read_on(tmp_path / "a.json", START)
    assert [found.login for found in refusals(batch.lines)] == ["sunseal_desk", "next"]
    assert max(map(len, batch.lines)) == server_log.LINE_BYTES


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_can_be_read(data: bytes) -> None:
    list(refusals([data, b'{"state_code":"42501"' + data]))


def test_a_line_is_read_when_it_has_its_end(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(line() + line()[:40])
    first = server_log.read_on(file, START)
    assert len(first.lines) == 1
    with file.open("ab") as more:
        more.write(line()[40:])
    assert server_log.read_on(file, first.place).lines == [line()]


def test_a_new_file_of_the_same_name_is_read_from_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(line())
    place = server_log.read_on(file, START).place
    file.write_bytes(line(timestamp="2026-11-23 00:00:00.000 UTC") + line())
    assert len(server_log.read_on(file, place).lines) == 2


def test_a_batch_ends_and_the_next_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_log, "MAX_LINES", 2)
    (tmp_path / "a.json").write_bytes(line() * 3)
    first = server_log.read_on(tmp_path / "a.json", START)
    assert (len(first.lines), first.full) == (2, True)
    second = server_log.read_on(tmp_path / "a.json", first.place)
    assert (len(second.lines), second.full) == (1, False)


def test_a_folder_that_is_not_there_is_no_quiet_log(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        server_log.waiting(tmp_path / "gone", START)


ATTEMPTS = {
    "select price from sealed.submission where name = '甲公司'": (
        "SELECT",
        "permission denied for schema sealed",
    ),
    "set role as_worker": ("SET", 'permission denied to set role "as_worker"'),
    "set log_min_messages = panic": (
        "SET",
        'permission denied to set parameter "log_min_messages"',
    ),
    "select * from pg_stat_activity": ("SELECT", "permission denied for view pg_stat_activity"),
    "do $$ begin raise exception '秘密' using errcode = '42501'; end $$": ("DO", "-"),
}


def test_psql_on_the_desk_login_leaves_its_trace_once(
    embedded: Embedded, database: TestDatabase
) -> None:
    for statement in ATTEMPTS:
        with (
            psycopg.connect(database.urls["desk"], autocommit=True) as desk,
            suppress(psycopg.errors.InsufficientPrivilege),
        ):
            desk.execute(statement)
    found = wait_for(embedded, database, len(ATTEMPTS))

    assert {(e.data["statement"], e.reason) for e in found} == set(ATTEMPTS.values())
    assert {e.object for e in found} == {"login/sunseal_desk"}
    assert {(e.action, e.outcome, e.role) for e in found} == {
        ("database.refused", "refused", "as_worker")
    }
    now = datetime.now(UTC)  # noqa: TID251
    assert all(
        abs((now - datetime.fromisoformat(e.data["at"])).total_seconds()) < 60 for e in found
    )
    told = json.dumps([[e.reason, e.object, e.data] for e in found], ensure_ascii=False)
    assert not any(word in told for word in ("甲公司", "秘密", "price", "submission"))

    with database.work.unit_as(Role.WORKER) as uow:
        assert collect(uow, embedded.postgres_log) == 0


def test_the_bidders_side_leaves_nothing_in_the_servers_log(
    embedded: Embedded, database: TestDatabase
) -> None:
    for side in ("box", "work"):
        with (
            psycopg.connect(database.urls[side], autocommit=True) as connection,
            suppress(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("select '甲方投标' from sealed.joining")
    with psycopg.connect(database.urls["desk"], autocommit=True) as desk, suppress(psycopg.Error):
        desk.execute("select 'the mark' from sealed.joining")
    wait_for(embedded, database, 1)
    logged = b"".join(file.read_bytes() for file in embedded.postgres_log.glob("*.json"))
    assert "甲方投标".encode() not in logged


def wait_for(embedded: Embedded, database: TestDatabase, count: int) -> list[event.LogEvent]:
    """PostgreSQL's logger is a process of its own, and a moment behind."""
    found = 0
    for _ in range(100):
        with database.work.unit_as(Role.WORKER) as uow:
            while (more := collect(uow, embedded.postgres_log)) > 0:
                found += more
        if found >= count:
            break
        time.sleep(0.05)
    assert found == count
    with database.admin() as admin:
        rows = admin.execute(
            "select detail from audit.entry where action = 'database.refused' order by at"
        ).fetchall()
    return [event.decode(bytes(detail)) for (detail,) in rows]
