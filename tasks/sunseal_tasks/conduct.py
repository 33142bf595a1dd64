"""Facts about firms' conduct, taken from where they arise."""

from uuid import UUID

from sunseal.conduct import service
from sunseal.database import UnitOfWork

COLLECT = "conduct.collect"


def collect(uow: UnitOfWork, _: UUID) -> None:
    service.collect(uow)


TASKS = {COLLECT: collect}
