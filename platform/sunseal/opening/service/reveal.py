"""Sealed events of boxes that are over join the entries that supervisors read.

They name a pseudonym. Whose it is stands in the opening record, and for a tender that failed or was
cancelled nowhere.
"""

from uuid import UUID

from sunseal.database import Role, UnitOfWork
from sunseal.opening.repository import RevealRepository
from sunseal_crypto import event

BATCH = 2000


def one(uow: UnitOfWork, entry_id: UUID) -> None:
    """Makes one entry public, so that custodians can be shown its receipt."""
    sealed = RevealRepository(uow.session)
    row = sealed.hidden_entry(entry_id)
    if row is not None:
        sealed.reveal([_entry(row, public=True)])


def sweep(uow: UnitOfWork) -> int:
    """Reveals what may be revealed by now; returns how many events there were."""
    uow.require(Role.WORKER)
    sealed = RevealRepository(uow.session)
    rows = [_entry(row, public=False) for row in sealed.hidden(BATCH)]
    sealed.reveal(rows)
    return len(rows)


def _entry(row: dict[str, object], *, public: bool) -> dict[str, object]:
    detail = row["detail"]
    assert isinstance(detail, bytes)
    said = event.decode(detail)
    return row | {
        "public": public,
        "actor": said.actor,
        "role": said.role,
        "action": said.action,
        "object": said.object,
        "outcome": said.outcome,
        "reason": said.reason,
    }
