"""The box's tasks by name; each takes the id that its outbox row carries."""

from uuid import UUID

from sunseal.bids import service
from sunseal.bids.service.accept import DESTROY_HEADER, DISCARD_OBJECT
from sunseal.bids.service.finalise import CHECK_DIGEST
from sunseal.database import Role
from sunseal_tasks.workshop import Workshop


def check_digest(shop: Workshop, submission_id: UUID) -> None:
    service.check_digest(shop.work, shop.settings, shop.keys, shop.storage, submission_id)


def destroy_header(shop: Workshop, submission_id: UUID) -> None:
    with shop.work.unit_as(Role.WORKER) as uow:
        service.destroy_header(uow, shop.storage, submission_id)


def discard_object(shop: Workshop, object_id: UUID) -> None:
    with shop.work.unit_as(Role.WORKER) as uow:
        service.discard_object(uow, shop.storage, object_id)


JOBS = {
    CHECK_DIGEST: check_digest,
    DESTROY_HEADER: destroy_header,
    DISCARD_OBJECT: discard_object,
}
