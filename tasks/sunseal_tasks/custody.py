"""Custody's tasks by name; each takes the id that its outbox row carries."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sunseal.custody import service
from sunseal.custody.service.start import EXPIRE
from sunseal.database import UnitOfWork
from sunseal.tenders.service.progress import CANCEL_GATE, OPEN_GATE

TASKS: Mapping[str, Callable[[UnitOfWork, UUID], None]] = {
    OPEN_GATE: service.open_gate,
    CANCEL_GATE: service.cancel_gate,
    EXPIRE: service.expire,
}
