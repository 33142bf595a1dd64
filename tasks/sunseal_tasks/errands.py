"""How errands become tasks: done once in the same transaction that says so, or done again.

A message carries two opaque ids, the argument's and the outbox row's. The second settles the
errand; until then it is sent again, so neither broker nor worker can lose it.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

import structlog
from celery import Celery

from sunseal import outbox
from sunseal.database import Role, UnitOfWork
from sunseal.kit import faults
from sunseal_tasks.workshop import Workshop, workshop

UnitTask = Callable[[UnitOfWork, UUID], None]
Job = Callable[[Workshop, UUID], None]
NOTHING = UUID(int=0)

logger = structlog.get_logger()


def register_units(app: Celery, tasks: Mapping[str, UnitTask]) -> None:
    """Tasks of one transaction, which also settles their errand."""
    for name, act in tasks.items():
        app.task(calmly(name, _in_unit(act)), name=name)


def register_jobs(app: Celery, jobs: Mapping[str, Job]) -> None:
    """Tasks that read long or open several transactions; they are idempotent."""
    for name, act in jobs.items():
        app.task(calmly(name, _as_job(act)), name=name)


def calmly(name: str, run: Callable[..., None]) -> Callable[..., None]:
    """A task whose failure is logged without the error's words, which Celery's own line would hold.

    Nothing is lost by that: what is not settled is sent again.
    """

    def calm(argument: str | None = None, errand: str | None = None) -> None:
        try:
            run(argument, errand)
        except Exception as error:
            logger.error("task failed", task=name, **faults.told(error))

    return calm


def do_unit(shop: Workshop, act: UnitTask, argument: UUID, errand: UUID | None) -> None:
    with shop.work.unit_as(Role.WORKER) as uow:
        act(uow, argument)
        if errand is not None:
            outbox.settle(uow, errand)


def do_job(shop: Workshop, act: Job, argument: UUID, errand: UUID | None) -> None:
    act(shop, argument)
    if errand is not None:
        with shop.work.unit_as(Role.WORKER) as uow:
            outbox.settle(uow, errand)


def _in_unit(act: UnitTask) -> Callable[[str | None, str | None], None]:
    def run(argument: str | None, errand: str | None) -> None:
        do_unit(workshop(), act, _id(argument), UUID(errand) if errand else None)

    return run


def _as_job(act: Job) -> Callable[[str | None, str | None], None]:
    def run(argument: str | None, errand: str | None) -> None:
        do_job(workshop(), act, _id(argument), UUID(errand) if errand else None)

    return run


def _id(text: str | None) -> UUID:
    return UUID(text) if text else NOTHING
