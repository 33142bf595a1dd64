"""The log's beat, kept by a thread of its own in every worker.

A tick must not wait for anything: not for a job that takes long, nor for a thread or a connection
that such jobs have taken, nor for a broker that is away. So it passes no queue, and has a
connection of its own. Several workers beat together, and a tick is made once.
"""

import threading
from dataclasses import replace

import structlog

from sunseal.audit.service import log_refusal
from sunseal.database import Database
from sunseal.kit import faults
from sunseal_tasks import audit
from sunseal_tasks.errands import NOTHING
from sunseal_tasks.workshop import Workshop, workshop

# Asked twice as often as it ticks, so that a late one does not make the log skip a tick.
ASKED_PER_TICK = 2
LONGEST_PAUSE = 1.0

logger = structlog.get_logger()


class Heart:
    """Beats from `start` to `stop`; one that cannot tick says so and tries again."""

    def __init__(self, shop: Workshop) -> None:
        url = shop.settings.work_url
        self._work = Database(url, pool_size=1, log_refusal=log_refusal)
        self._shop = replace(shop, work=self._work)
        self._pause = min(LONGEST_PAUSE, shop.settings.tick_seconds / ASKED_PER_TICK)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
        self._work.close()

    def _run(self) -> None:
        while not self._stopped.wait(self._pause):
            try:
                audit.tick(self._shop, NOTHING)
            except Exception as error:
                logger.error("tick failed", **faults.told(error))


_beating: list[Heart] = []


def start(**_: object) -> None:
    """With the worker."""
    _beating.append(Heart(workshop()))
    _beating[-1].start()


def stop(**_: object) -> None:
    """Before the worker ends."""
    while _beating:
        _beating.pop().stop()
