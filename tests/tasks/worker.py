"""A worker of its own process with its beat, as one is started on a server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sunseal.embedded import Embedded
from tests.opening.world import World

ROOT = Path(__file__).parents[2]
PATIENCE = 60
THREADS = 4
OPTIONS = ("--pool", "threads", "--scheduler", "celery.beat:Scheduler")


@contextmanager
def working(world: World, embedded: Embedded) -> Iterator[subprocess.Popen[bytes]]:
    """Leads a group of processes of its own; whatever is left of it is killed at the end."""
    settings = world.settings
    environment = os.environ | {
        "SUNSEAL_ORIGIN": settings.origin,
        "DATABASE_URL_WORK": settings.work_url,
        "REDIS_URL": embedded.redis_url,
        "STORAGE_URL": settings.storage_url,
        "SUNSEAL_KEYS": str(settings.keys),
        "SUNSEAL_ROSTER": str(settings.roster),
        "SUNSEAL_TICK_SECONDS": "0.5",
        "SUNSEAL_WEBHOOK_LOOPBACK": str(int(settings.webhook_loopback)),
    }
    command = [sys.executable, "-m", "celery", "-A", "sunseal_tasks.app", "worker", "-B"]
    command += ["--concurrency", str(THREADS), *OPTIONS]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(world: World, query: str, least: int) -> None:
    """Until the first number of the query's answer is that large."""
    until = time.monotonic() + PATIENCE
    while (count := world.rows(query)[0][0]) < least:
        assert time.monotonic() < until, f"{count} of {least}: {query}"
        time.sleep(0.2)
