"""How errands become tasks: done once in the same transaction that says so, or done again.

A message about an errand carries the outbox row's id alone; what it is about, which may be a firm
or a tender, the worker reads there. Until the row is settled the message is sent again, so neither
broker nor worker can lose it.
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
            run(_id(argument), UUID(errand) if errand else None)
        except Exception as error:
            logger.error("task failed", task=name, **faults.told(error))

    return calm


def do_unit(shop: Workshop, act: UnitTask, argument: UUID, errand: UUID | None) -> None:
    with shop.work.unit_as(Role.WORKER) as uow:
        if errand is None:
            act(uow, argument)
            return
        act(uow, outbox.argument(uow, errand) or NOTHING)
        outbox.settle(uow, errand)


def do_job(shop: Workshop, act: Job, argument: UUID, errand: UUID | None) -> None:
    if errand is None:
        act(shop, argument)
        return
    with shop.work.unit_as(Role.WORKER) as uow:
        argument = outbox.argument(uow, errand) or NOTHING
    act(shop, argument)
    with shop.work.unit_as(Role.WORKER) as uow:
        outbox.settle(uow, errand)


def _in_unit(act: UnitTask) -> Callable[[UUID, UUID | None], None]:
    def run(argument: UUID, errand: UUID | None) -> None:
        do_unit(workshop(), act, argument, errand)

    return run


def _as_job(act: Job) -> Callable[[UUID, UUID | None], None]:
    def run(argument: UUID, errand: UUID | None) -> None:
        do_job(workshop(), act, argument, errand)

    return run


def _id(text: str | None) -> UUID:
    return UUID(text) if text else NOTHING
