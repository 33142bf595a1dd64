"""What everybody reads; nobody is looked up for it."""

from uuid import UUID

from sunseal.clarifications.errors import NoSuchClarification
from sunseal.clarifications.models import Clarification
from sunseal.clarifications.repository import ClarificationRepository
from sunseal.database import UnitOfWork
from sunseal.tenders import service as tenders


def of_tender(uow: UnitOfWork, tender_id: UUID) -> list[Clarification]:
    """By number. Raises NoSuchTender."""
    tenders.get(uow, tender_id)
    return ClarificationRepository(uow.session).of_tender(tender_id)


def get(uow: UnitOfWork, clarification_id: UUID) -> Clarification:
    """Raises NoSuchClarification."""
    found = ClarificationRepository(uow.session).get(clarification_id)
    if found is None:
        raise NoSuchClarification(clarification_id)
    return found
