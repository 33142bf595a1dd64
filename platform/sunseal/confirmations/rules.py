"""Which matters need two people, and who the two may be."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sunseal.confirmations.errors import AlreadyConfirmed, NotAnother, ProposalExpired
from sunseal.confirmations.models import Proposal
from sunseal.database import Role


class Matter(StrEnum):
    """All of them touch what keeps the box shut, or who watches that: all ask for the same two."""

    BREAK_GLASS = "break-glass"
    ADD_CUSTODIAN = "add-custodian"
    EXPORT_SEALED = "export-sealed"
    NEW_ORIGIN = "new-origin"
    RESET_FACTORS = "reset-factors"
    DISABLE_PERSON = "disable-person"


PROPOSER = Role.OPERATOR
CONFIRMER = Role.SUPERVISOR


def check_confirmable(
    proposal: Proposal, proposer: UUID | None, confirmer: UUID, *, confirmed: bool, now: datetime
) -> None:
    """`proposer` and `confirmer` are the organizations. Raises NotAnother, Refused.

    The database checks the same by itself; here the caller hears which of it was wrong.
    """
    if proposer == confirmer:
        raise NotAnother(proposal.id)
    if confirmed:
        raise AlreadyConfirmed(proposal.id)
    if proposal.expires_at <= now:
        raise ProposalExpired(proposal.id, proposal.expires_at)
