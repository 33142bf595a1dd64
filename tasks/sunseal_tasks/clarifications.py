"""Questions that are due leave the box, whether there are any or not."""

from uuid import UUID

from sunseal.clarifications import service
from sunseal.database import UnitOfWork

RELEASE = "clarifications.release"


def release(uow: UnitOfWork, _: UUID) -> None:
    service.release(uow)


TASKS = {RELEASE: release}
