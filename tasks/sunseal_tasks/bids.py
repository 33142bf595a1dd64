"""The box's tasks by name; each takes the id that its outbox row carries."""

from collections.abc import Callable, Mapping
from typing import Protocol
from uuid import UUID

from sunseal.bids import service
from sunseal.bids.service.accept import DESTROY_HEADER, DISCARD_OBJECT
from sunseal.bids.service.finalise import CHECK_DIGEST
from sunseal.database import Database, Role
from sunseal.keys import Keys
from sunseal.settings import Settings
from sunseal.storage import Storage


class Workshop(Protocol):
    """What a worker process has at hand."""

    @property
    def work(self) -> Database: ...
    @property
    def storage(self) -> Storage: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def keys(self) -> Keys: ...


def check_digest(at: Workshop, submission_id: UUID) -> None:
    service.check_digest(at.work, at.settings, at.keys, at.storage, submission_id)


def destroy_header(at: Workshop, submission_id: UUID) -> None:
    with at.work.unit_as(Role.WORKER) as uow:
        service.destroy_header(uow, at.storage, submission_id)


def discard_object(at: Workshop, object_id: UUID) -> None:
    with at.work.unit_as(Role.WORKER) as uow:
        service.discard_object(uow, at.storage, object_id)


def sweep(at: Workshop) -> None:
    """For the schedule, about once a minute."""
    with at.work.unit_as(Role.WORKER) as uow:
        service.sweep(uow)


TASKS: Mapping[str, Callable[[Workshop, UUID], None]] = {
    CHECK_DIGEST: check_digest,
    DESTROY_HEADER: destroy_header,
    DISCARD_OBJECT: discard_object,
}
