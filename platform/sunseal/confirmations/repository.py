from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sunseal.confirmations.errors import AlreadyConfirmed
from sunseal.confirmations.models import Confirmation, Proposal

ORGANIZATION = text("select organization_id from registry.person where id = :id")


class ConfirmationRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Proposal | Confirmation) -> None:
        """Raises AlreadyConfirmed when somebody else confirms at this very moment."""
        self._session.add(row)
        try:
            self._session.flush()
        except IntegrityError:
            if isinstance(row, Confirmation):
                raise AlreadyConfirmed(row.proposal_id) from None
            raise

    def proposal(self, proposal_id: UUID) -> Proposal | None:
        return self._session.get(Proposal, proposal_id)

    def proposals(self, limit: int) -> list[Proposal]:
        """The newest first."""
        query = select(Proposal).order_by(Proposal.proposed_at.desc()).limit(limit)
        return list(self._session.scalars(query))

    def confirmation(self, proposal_id: UUID) -> Confirmation | None:
        return self._session.get(Confirmation, proposal_id)

    def organization_of(self, person_id: UUID) -> UUID | None:
        found: UUID | None = self._session.execute(
            ORGANIZATION, {"id": person_id}
        ).scalar_one_or_none()
        return found
