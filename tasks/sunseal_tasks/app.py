"""The Celery application: tasks by the names that rooms write into the outbox.

No result is kept and no time is left to the broker; it may forget everything at any moment.
"""

import os
from urllib.parse import urlsplit

from celery import Celery
from celery.signals import beat_embedded_init, worker_ready, worker_shutting_down
from kombu.transport import redis

from sunseal_tasks import (
    administration,
    audit,
    bids,
    blacklist,
    clarifications,
    conduct,
    custody,
    heart,
    opening,
    orphans,
    outbox,
    schedule,
    screening,
    supervision,
    webhooks,
)
from sunseal_tasks.errands import calmly, register_jobs, register_units
from sunseal_tasks.workshop import workshop

# Whatever is not settled the outbox sends again. Handing messages back when the connection is
# gone saves nothing, and the attempt ends the whole worker when the broker has died under it.
redis.Channel.do_restore = False


def broker_url(redis_url: str) -> str:
    """Celery's own spelling of a unix socket; every other URL is the same for it."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair).get("db")
    return f"redis+socket://{parts.path}" + (f"?virtual_host={database}" if database else "")


def make_app(redis_url: str, tick_seconds: float) -> Celery:
    """An application with every task registered; nothing is connected yet."""
    made = Celery("sunseal", broker=broker_url(redis_url), set_as_current=False)
    made.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_default_queue="sunseal",
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        # Task arguments are opaque, yet their number is nobody's business.
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        enable_utc=True,
        timezone="UTC",
        beat_schedule=schedule.beat_schedule(tick_seconds),
        beat_max_loop_interval=min(1.0, tick_seconds),
    )
    for jobs in (audit.JOBS, bids.JOBS, blacklist.JOBS, custody.JOBS, opening.JOBS, outbox.JOBS):
        register_jobs(made, jobs)
    for jobs in (screening.JOBS, supervision.JOBS, webhooks.JOBS):
        register_jobs(made, jobs)
    for tasks in (
        administration.TASKS,
        blacklist.TASKS,
        clarifications.TASKS,
        conduct.TASKS,
        custody.TASKS,
    ):
        register_units(made, tasks)
    register_units(made, screening.TASKS)

    def sweep(*_: str | None) -> None:
        outbox.sweep(workshop(), lambda name, args: made.send_task(name, args=args))

    made.task(calmly(outbox.SWEEP, sweep), name=outbox.SWEEP)
    worker_ready.connect(heart.start)
    worker_shutting_down.connect(heart.stop)
    beat_embedded_init.connect(orphans.end_with_parent)
    return made


app = make_app(
    os.environ.get("REDIS_URL", "redis://"), float(os.environ.get("SUNSEAL_TICK_SECONDS", "5"))
)
