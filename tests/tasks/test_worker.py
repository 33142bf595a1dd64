"""A real worker with its beat, a real broker, and a kill -9 between."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from sunseal import outbox
from sunseal.database import Role
from sunseal.embedded import Embedded
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase
from tests.tasks.worker import PATIENCE, THREADS, wait_for, working


@pytest.fixture
def world(database: TestDatabase, tmp_path: Path) -> World:
    return make_world(database, tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_beat_of_a_killed_worker_ends_with_it(world: World, embedded: Embedded) -> None:
    with working(world, embedded) as process:
        wait_for(world, "select count(*) from audit.tick", 1)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        until = time.monotonic() + PATIENCE
        while not children:
            assert time.monotonic() < until
            time.sleep(0.2)
            path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            children = path.read_text().split()
        # The worker alone, as the kernel does when memory is short; its group is not asked.
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for child in children:
            while Path(f"/proc/{child}").exists() and _is_running(child):
                assert time.monotonic() < until, "the beat lives on"
                time.sleep(0.1)


def _is_running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
def test_ticks_go_on_while_every_thread_waits(world: World, embedded: Embedded) -> None:
    """Jobs that never end: each sweep sends another one to a gate that somebody keeps locked."""
    world.move_to(world.key.terms.deadline)
    ticks = "select count(*) from audit.tick"
    waiting = """select count(*) from pg_stat_activity
        where usename = 'sunseal_work' and wait_event_type = 'Lock'
        and datname = current_database()"""
    with psycopg.connect(world.database.admin_url) as insider:
        insider.execute("select from sealed.gate for update")
        with working(world, embedded):
            wait_for(world, waiting, THREADS)
            wait_for(world, ticks, world.rows(ticks)[0][0] + 6)


def test_a_worker_does_not_start_by_another_clock(world: World, embedded: Embedded) -> None:
    world.move(timedelta(days=1))
    settings = world.settings
    environment = os.environ | {
        "SUNSEAL_ORIGIN": settings.origin,
        "DATABASE_URL_WORK": settings.work_url,
        "REDIS_URL": embedded.redis_url,
        "STORAGE_URL": settings.storage_url,
        "SUNSEAL_KEYS": str(settings.keys),
        "SUNSEAL_ROSTER": str(settings.roster),
    }
    command = [sys.executable, "-c", "from sunseal.cli import main; main()", "worker"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "ClockReplaced" in done.stderr + done.stdout


@pytest.mark.slow
def test_a_killed_worker_and_an_emptied_broker_lose_nothing(
    world: World, embedded: Embedded
) -> None:
    firm = world.firm().joined()
    firm.submit(firm.seal(), check=False)
    settled = "select count(*) from sealed.submission where state = 'accepted'"
    ticks = "select count(*) from audit.tick"
    with working(world, embedded) as process:
        wait_for(world, settled, 1)
        wait_for(world, ticks, 3)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    # The broker forgets whatever it had, and an errand is added that nobody was told of.
    embedded.kill_valkey()
    embedded.restart_valkey()
    with world.work.unit_as(Role.WORKER) as uow:
        outbox.add(uow, "screening.check_organization", firm.organization)
    made = world.rows(ticks)[0][0]
    world.move_to(world.key.terms.deadline)
    with working(world, embedded):
        wait_for(world, ticks, made + 3)
        wait_for(world, "select count(*) from registry.screening", 1)
        wait_for(world, "select count(*) from sealed.gate where state = 'closed'", 1)
