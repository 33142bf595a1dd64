"""Screening in the background: a firm, a sealed statement's bidder, or everybody."""

from uuid import UUID

from sunseal.database import UnitOfWork
from sunseal.screening import service
from sunseal.screening.service.adjudicate import CHECK
from sunseal.screening.service.imports import CHECK_ALL

CHECK_SUBMISSION = "screening.check_submission"


def check_organization(uow: UnitOfWork, organization_id: UUID) -> None:
    service.check_organization(uow, organization_id)


def check_submission(uow: UnitOfWork, submission_id: UUID) -> None:
    service.check_submission(uow, submission_id)


def check_all(uow: UnitOfWork, _: UUID) -> None:
    service.check_all(uow)


TASKS = {
    CHECK: check_organization,
    CHECK_SUBMISSION: check_submission,
    CHECK_ALL: check_all,
}
