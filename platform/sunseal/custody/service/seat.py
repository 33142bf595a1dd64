"""Who a signed-in custodian or witness is."""

from sunseal.custody.repository import PresenceRepository
from sunseal.database import Role, UnitOfWork


def name_of_caller(uow: UnitOfWork) -> str:
    """The organization's name, by which rosters list it. Raises Forbidden, Unauthenticated."""
    uow.require(Role.CUSTODIAN)
    return PresenceRepository(uow.session).name_of(uow.organization_id)
