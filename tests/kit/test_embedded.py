"""The launcher against real servers, killed for real."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
import redis

from sunseal.embedded import Embedded, EmbeddedError, InUse, child, folders
from sunseal.embedded.owner import Owner

# Starts servers on argv[1] with the child program argv[2], says so, and waits to be killed.
LAUNCHER = """
import sys, time
from pathlib import Path
from sunseal.embedded import Embedded, child
child.__file__ = sys.argv[2]
print(Embedded(Path(sys.argv[1])).start().admin_url, flush=True)
time.sleep(60)
"""


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return row[0]


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement)


def ping(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        return bool(client.ping())


def test_the_second_start_finds_the_data_of_the_first(servers_root: Path) -> None:
    with Embedded(servers_root) as first:
        execute(first.admin_url, "create table fact (n int)", "insert into fact values (7)")
        made = (servers_root / "postgres/PG_VERSION").stat().st_mtime_ns
    started = time.monotonic()
    with Embedded(servers_root) as second:
        took = time.monotonic() - started
        assert one(second.admin_url, "select n from fact") == 7
        assert (servers_root / "postgres/PG_VERSION").stat().st_mtime_ns == made
    assert took < 5, "a start without initdb takes a fraction of a second"


def test_a_killed_postgres_starts_again_with_what_was_committed(servers_root: Path) -> None:
    with Embedded(servers_root) as servers:
        execute(servers.admin_url, "create table fact (n int)", "insert into fact values (7)")
        idle = psycopg.connect(servers.admin_url)
        servers.kill_postgres()
        with pytest.raises(psycopg.OperationalError):
            one(servers.admin_url, "select 1")
        servers.restart_postgres()
        assert one(servers.admin_url, "select n from fact") == 7
        idle.close()


def test_postgres_restarts_in_order(embedded: Embedded) -> None:
    before = one(embedded.admin_url, "select pg_postmaster_start_time()")
    embedded.restart_postgres()
    assert one(embedded.admin_url, "select pg_postmaster_start_time()") != before


def test_a_second_instance_says_that_the_data_is_in_use(embedded: Embedded) -> None:
    with pytest.raises(InUse, match="in use by another Sunseal"):
        Embedded(embedded.root, patience=0).start()
    assert one(embedded.admin_url, "select 1") == 1


def launcher_killed(root: Path, child_program: str) -> int:
    """Starts servers from another process, kills that process, and returns PostgreSQL's pid."""
    command = [sys.executable, "-c", LAUNCHER, str(root), child_program]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as launcher:
        assert launcher.stdout
        assert launcher.stdout.readline().startswith(b"postgresql://")
        launcher.kill()
    return int((root / "postgres.pid").read_text())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the kernel tells nobody")
def test_servers_end_with_a_launcher_that_is_killed(servers_root: Path) -> None:
    pid = launcher_killed(servers_root, child.__file__)
    until = time.monotonic() + 60
    while (servers_root / "postgres/postmaster.pid").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not (servers_root / "postgres/postmaster.pid").exists(), f"{pid} goes on alone"


def test_orphans_of_a_killed_launcher_are_stopped_at_the_next_start(
    servers_root: Path, tmp_path: Path
) -> None:
    """As on macOS, where nothing tells a child that its parent is gone."""
    deaf = tmp_path / "child.py"
    program = Path(child.__file__).read_text()
    deaf.write_text(program.replace("PR_SET_PDEATHSIG = 1", "PR_SET_PDEATHSIG = 0"))
    orphan = launcher_killed(servers_root, str(deaf))
    os.kill(orphan, 0)
    with Embedded(servers_root) as servers:
        assert one(servers.admin_url, "select 1") == 1
        assert ping(servers.redis_url)
        assert int((servers_root / "postgres.pid").read_text()) != orphan


def test_a_number_that_passed_to_a_stranger_is_left_alone(embedded: Embedded) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (embedded.root / "postgres.pid").write_text(str(stranger.pid))
        running = embedded._running.postgres
        running._stop_orphan()
        with pytest.raises(subprocess.TimeoutExpired):
            stranger.wait(0.2)
        stranger.send_signal(signal.SIGTERM)


def test_a_server_outlives_the_thread_that_started_it(embedded: Embedded) -> None:
    thread = threading.Thread(target=embedded.restart_postgres)
    thread.start()
    thread.join()
    time.sleep(0.3)
    assert one(embedded.admin_url, "select 1") == 1


def test_trigrams_keep_chinese_characters(embedded: Embedded) -> None:
    with psycopg.connect(embedded.admin_url) as connection:
        connection.execute("create extension pg_trgm")
        query = "select similarity('招标文件', '招标公告')"
        assert connection.execute(query).fetchone() == (0.25,)
        connection.rollback()


def test_valkey_answers_and_comes_back_empty(embedded: Embedded) -> None:
    assert ping(embedded.redis_url)
    with redis.Redis.from_url(embedded.redis_url) as client:
        client.set("fact", "7")
    embedded.restart_valkey()
    with redis.Redis.from_url(embedded.redis_url) as client:
        assert client.get("fact") is None
    embedded.kill_valkey()
    embedded.restart_valkey()
    assert ping(embedded.redis_url)


def test_a_folder_may_have_spaces_and_chinese_characters(servers_root: Path) -> None:
    with Embedded(servers_root / '沙 箱\'s "copy"', durable=False) as servers:
        assert one(servers.admin_url, "show data_directory") == str(servers.root / "postgres")
        assert ping(servers.redis_url)


def test_state_lies_outside_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    first, second = (folders.state_of(tmp_path / name) for name in ("a", "b"))
    assert first != second
    assert tmp_path / "a" not in first.parents
    if os.geteuid() != 0:
        assert first.parent == tmp_path / "state/sunseal"


def test_a_planted_socket_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EmbeddedError, match="belongs to someone else"):
        folders.make_private(tmp_path / "sockets", Owner.of_servers())


def test_data_of_another_version_is_left_alone(servers_root: Path) -> None:
    with Embedded(servers_root, durable=False):
        pass
    (servers_root / "postgres/PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="was made by PostgreSQL 17"):
        Embedded(servers_root).start()
    assert (servers_root / "postgres/base").is_dir()


def test_an_address_names_login_and_database(embedded: Embedded) -> None:
    execute(embedded.admin_url, "create role 招标人 login")
    url = embedded.url_for("招标人", "postgres")
    assert one(url, "select session_user::text") == "招标人"
    execute(embedded.admin_url, "drop role 招标人")


def logged(servers: Embedded) -> list[dict[str, object]]:
    files = servers.postgres_log.glob("*.json")
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_a_refusal_is_logged_with_its_code_and_no_value(embedded: Embedded) -> None:
    execute(embedded.admin_url, "create table secret (n text)", "create role stranger login")
    with (
        psycopg.connect(embedded.url_for("stranger", "postgres")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("select * from secret where n = %s", ["一千二百万"])
    execute(embedded.admin_url, "drop table secret", "drop role stranger")
    until = time.monotonic() + 60
    # The server is shared: other tests are refused on it too.
    while not (refusals := [e for e in logged(embedded) if e.get("user") == "stranger"]):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert [(e["state_code"], e["error_severity"]) for e in refusals] == [("42501", "ERROR")]
    assert "一千二百万" not in json.dumps(logged(embedded), ensure_ascii=False)
