"""Each role starts as its container would: from the installed programs, with its own settings."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from sunseal.embedded import Embedded
from sunseal.settings import Side
from sunseal_tasks.app import broker_url
from tests.docker.conftest import Image, Machine
from tests.support.database import TestDatabase, create

PATIENCE = 120.0


def wait_until(holds: Callable[[], bool], machine: Machine) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert all(process.poll() is None for process in machine.running), machine.said()
        assert time.monotonic() < until, machine.said()
        time.sleep(0.1)


def test_the_web_server_says_that_it_is_well(machine: Machine) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    machine.start(Side.WEB.value, "sunseal", "web", "--port", str(port))

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=3) as answer:
                return bool(answer.status == 200)
        except urllib.error.URLError:
            return False

    wait_until(answers, machine)


@pytest.mark.slow
def test_worker_and_beat_keep_the_log_ticking_and_report_refused_sql(
    machine: Machine, database: TestDatabase
) -> None:
    chosen = ("SUNSEAL_TICK_SECONDS", "SUNSEAL_DATABASE_LOG")
    machine.start((*Side.WORKER.value, *chosen), "sunseal", "worker")
    machine.start((*Side.BEAT.value, chosen[0]), "sunseal", "beat")

    def ticked() -> bool:
        with database.admin() as admin:
            (count,) = admin.execute("select count(*) from audit.tick").fetchone() or (0,)
        return bool(count >= 2)

    wait_until(ticked, machine)
    with psycopg.connect(database.urls["desk"]) as desk, pytest.raises(InsufficientPrivilege):
        desk.execute("select 1 from sealed.joining")

    def reported() -> bool:
        with database.admin() as admin:
            found = admin.execute("select from audit.entry where action = 'database.refused'")
            return found.fetchone() is not None

    wait_until(reported, machine)
    broker = broker_url(machine.environment["REDIS_URL"])
    ping = ["--broker", broker, "inspect", "--timeout", "10", "ping"]
    asked = machine.image.run("celery", *ping)
    assert asked.returncode == 0, asked.stdout + asked.stderr


def test_the_migration_makes_a_database_from_nothing(
    machine: Machine, embedded: Embedded, request: pytest.FixtureRequest
) -> None:
    name = f"image_{request.node.callspec.id}"
    create(embedded, name, None)
    machine.environment["DATABASE_URL_ADMIN"] = embedded.url_for("postgres", name)
    for _ in range(2):
        migrate = machine.start(("DATABASE_URL_ADMIN",), "sunseal", "migrate")
        assert migrate.wait(60) == 0, machine.said()
        machine.running.clear()
    with psycopg.connect(embedded.url_for("postgres", name)) as admin:
        assert admin.execute("select count(*) from sealed.gate").fetchone() == (0,)
    with psycopg.connect(embedded.admin_url, autocommit=True) as admin:
        admin.execute(f"drop database {name} with (force)")  # type: ignore[call-overload]


@pytest.mark.parametrize("command", ["web", "worker", "beat", "migrate"])
def test_a_role_without_its_settings_says_which_is_missing(image: Image, command: str) -> None:
    refused = image.run("sunseal", command)
    assert refused.returncode == 2
    assert "is not set" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("kind", ["custodian", "witness"])
def test_a_custodian_makes_its_keys_and_card(image: Image, tmp_path: Path, kind: str) -> None:
    names = ["--dir", str(tmp_path / kind), "--name", kind, "--authority", "甲"]
    made = image.run(
        "sunseal-custodian", "init", *names, *(["--witness"] if kind == "witness" else [])
    )
    assert made.returncode == 0, made.stderr
    assert (tmp_path / kind / "card.json").exists()
    assert (tmp_path / kind / "cosigner.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / kind / "identity.key").exists() == (kind == "custodian")


@pytest.mark.parametrize("program", ["sunseal", "sunseal-bid", "sunseal-custodian"])
def test_every_program_of_the_image_shows_its_help(image: Image, program: str) -> None:
    shown = image.run(program, "--help")
    assert shown.returncode == 0, shown.stderr
    assert "Usage" in shown.stdout
