"""Screening in the background: a firm, a sealed statement's bidder, or everybody; and the lists."""

from uuid import UUID

from sunseal.database import UnitOfWork
from sunseal.screening import person_ids, service
from sunseal.screening.service.imports import CHECK_ALL, RESCREEN
from sunseal.screening.sources import configured
from sunseal_tasks.workshop import Workshop

CHECK = "screening.check_organization"
CHECK_SUBMISSION = "screening.check_submission"
REFRESH = "screening.refresh"


def check_organization(uow: UnitOfWork, organization_id: UUID) -> None:
    service.check_organization(uow, organization_id)


def check_submission(uow: UnitOfWork, submission_id: UUID) -> None:
    service.check_submission(uow, submission_id)


def check_all(uow: UnitOfWork, _: UUID) -> None:
    service.check_all(uow)


def rescreen(uow: UnitOfWork, snapshot_id: UUID) -> None:
    service.rescreen(uow, snapshot_id)


def refresh(shop: Workshop, _: UUID) -> None:
    """Each list that is fetched, when it is due; one that fails leaves the others alone."""
    ring = person_ids.find(shop.settings.keys)
    for connector in configured.connectors(shop.settings.keys):
        service.refresh(shop.work, connector, ring)


TASKS = {
    CHECK: check_organization,
    CHECK_SUBMISSION: check_submission,
    CHECK_ALL: check_all,
    RESCREEN: rescreen,
}
JOBS = {REFRESH: refresh}
