"""Custody's tasks by name; each takes the id that its outbox row carries."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from sunseal.custody import service
from sunseal.custody.service.start import EXPIRE
from sunseal.database import Role, UnitOfWork
from sunseal.kit import mail
from sunseal.tenders.service.progress import CANCEL_GATE, OPEN_GATE
from sunseal_tasks.workshop import Workshop

WATCH = "custody.watch"


def watch(shop: Workshop, _: UUID) -> None:
    """Letters about custodians that are silent while something is near, where letters are sent."""
    if mail.configured(shop.settings) is None:
        return
    window = timedelta(minutes=shop.settings.watch_minutes)
    with shop.work.unit_as(Role.WORKER) as uow:
        service.alarm(uow, shop.roster, window)


JOBS = {WATCH: watch}
TASKS: Mapping[str, Callable[[UnitOfWork, UUID], None]] = {
    OPEN_GATE: service.open_gate,
    CANCEL_GATE: service.cancel_gate,
    EXPIRE: service.expire,
}
