"""Entries about questions: sealed, and about a box, so that they are shown when it is over."""

from collections.abc import Mapping
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.database import UnitOfWork
from sunseal.tenders import service as tenders

# A firm's pseudonym stands for its bid; an entry about a question must not lead from one to the
# other.
ASKER = "bidder"
WORKER = "worker"


def place(uow: UnitOfWork, tender_id: UUID) -> tuple[UUID, str]:
    """The tender's first box."""
    return tender_id, tenders.envelopes(uow, tender_id)[0].name


def record(
    uow: UnitOfWork,
    action: str,
    tender_id: UUID,
    actor: str,
    organization_id: UUID | None = None,
    data: Mapping[str, str] | None = None,
) -> None:
    """The firm stands beside the entry in the box, for its row policy, and not in it."""
    tender, envelope = place(uow, tender_id)
    audit.record_sealed(
        uow,
        action,
        f"tender/{tender}/envelope/{envelope}",
        tender_id=tender,
        envelope=envelope,
        organization_id=organization_id,
        actor=actor,
        data=data,
    )
