"""A real worker with its beat, a real broker, and a kill -9 between."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sunseal import outbox
from sunseal.database import Role
from sunseal.embedded import Embedded
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase

ROOT = Path(__file__).parents[2]
PATIENCE = 60


@pytest.fixture
def world(database: TestDatabase, tmp_path: Path) -> World:
    return make_world(database, tmp_path)


@contextmanager
def _worker(world: World, embedded: Embedded) -> Iterator[subprocess.Popen[bytes]]:
    settings = world.settings
    environment = os.environ | {
        "SUNSEAL_ORIGIN": settings.origin,
        "DATABASE_URL_WORK": settings.work_url,
        "REDIS_URL": embedded.redis_url,
        "STORAGE_URL": settings.storage_url,
        "SUNSEAL_KEYS": str(settings.keys),
        "SUNSEAL_ROSTER": str(settings.roster),
        "SUNSEAL_TICK_SECONDS": "0.5",
    }
    command = [sys.executable, "-m", "celery", "-A", "sunseal_tasks.app", "worker", "-B"]
    command += ["--pool", "threads", "--concurrency", "4", "--scheduler", "celery.beat:Scheduler"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _wait(world: World, query: str, least: int) -> None:
    until = time.monotonic() + PATIENCE
    while (count := world.rows(query)[0][0]) < least:
        assert time.monotonic() < until, f"{count} of {least}: {query}"
        time.sleep(0.2)


def test_a_killed_worker_and_an_emptied_broker_lose_nothing(
    world: World, embedded: Embedded
) -> None:
    firm = world.firm().joined()
    firm.submit(firm.seal(), check=False)
    settled = "select count(*) from sealed.submission where state = 'accepted'"
    ticks = "select count(*) from audit.tick"
    with _worker(world, embedded) as process:
        _wait(world, settled, 1)
        _wait(world, ticks, 3)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    # The broker forgets whatever it had, and an errand is added that nobody was told of.
    embedded.kill_valkey()
    embedded.restart_valkey()
    with world.work.unit_as(Role.WORKER) as uow:
        outbox.add(uow, "screening.check_organization", firm.organization)
    made = world.rows(ticks)[0][0]
    world.move_to(world.key.terms.deadline)
    with _worker(world, embedded):
        _wait(world, ticks, made + 3)
        _wait(world, "select count(*) from registry.screening", 1)
        _wait(world, "select count(*) from sealed.gate where state = 'closed'", 1)
