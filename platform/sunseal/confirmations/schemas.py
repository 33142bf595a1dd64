from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.confirmations.models import Confirmation, Proposal

Reason = Annotated[str, Meta(min_length=10, max_length=2000)]


class Propose(Struct, forbid_unknown_fields=True):
    """`object` says what it is about: of the last two, somebody's address."""

    matter: Literal["add-custodian", "export-sealed", "reset-factors", "disable-person"]
    object: Annotated[str, Meta(min_length=1, max_length=200)]
    reason: Reason


class Confirm(Struct, forbid_unknown_fields=True):
    reason: Reason


class ProposalView(Struct, frozen=True, kw_only=True):
    """Counts once `confirmed_by` is there; after `expires_at` nobody confirms it any more."""

    id: UUID
    matter: str
    object: str
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    expires_at: datetime
    confirmed_by: UUID | None
    confirmed_at: datetime | None

    @classmethod
    def of(cls, proposal: Proposal, confirmation: Confirmation | None) -> Self:
        return cls(
            id=proposal.id,
            matter=proposal.matter,
            object=proposal.object,
            reason=proposal.reason,
            proposed_by=proposal.proposed_by,
            proposed_at=proposal.proposed_at,
            expires_at=proposal.expires_at,
            confirmed_by=confirmation.confirmed_by if confirmation else None,
            confirmed_at=confirmation.confirmed_at if confirmation else None,
        )
