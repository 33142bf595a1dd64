"""Whose keys may postpone a timetable: fixed when the ceremony is started, for good.

The tendering party's, or its agent's if it has none, and the centre's. Where one of the two is
missing, or where it is open which of several centres is meant, nobody may.
"""

from uuid import UUID

from sunseal.custody.repository import CeremonyRepository
from sunseal.database import Role, UnitOfWork
from sunseal.tenders.models import Tender


def amenders(uow: UnitOfWork, tender: Tender) -> list[bytes]:
    """The key that proposes and the key that confirms, or nothing."""
    keys = CeremonyRepository(uow.session)
    sides = [tender.tendering_party_id, *([tender.agent_id] if tender.agent_id else [])]
    proposing = [key for side in sides if (key := keys.signing_key(side)) is not None]
    confirming = _centre(uow, keys)
    return [proposing[0], confirming] if proposing and confirming else []


def _centre(uow: UnitOfWork, keys: CeremonyRepository) -> bytes | None:
    """The centre's that starts the ceremony, or the only one's that has a key."""
    if uow.actor.role is Role.CENTRE:
        return keys.signing_key(uow.organization_id)
    found: dict[UUID, bytes] = keys.centres_keys()
    return next(iter(found.values())) if len(found) == 1 else None
