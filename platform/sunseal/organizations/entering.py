"""Signing in, the same for programs and for pages, and on which side somebody then is."""

from functools import partial

from litestar.concurrency import sync_to_thread

from sunseal.database import Credential, Database, Role
from sunseal.keys import Keys
from sunseal.organizations import hashing, service
from sunseal.organizations.service import Account, IssuedToken
from sunseal.supervision.service.sign_in import note_sign_in

Device = tuple[str, str]
"""Address and program, which the supervision compares."""


def side_of(credential: Credential | None, desk: Database, box: Database) -> Database:
    """The login on which this caller has a role: bidders' own, or the desk's."""
    return box if desk.role_of(credential) is Role.BIDDER else desk


async def enter(
    desk: Database, box: Database, keys: Keys, email: str, password: str, device: Device
) -> tuple[IssuedToken, Role]:
    """A new session and whose it is. Raises WrongCredentials, TooManySignIns."""

    def look(side: Database) -> Account | None:
        with side.unit_as(Role.DOOR) as uow:
            return service.account(uow, email)

    def issue() -> tuple[IssuedToken, Role]:
        side = box if found is not None and found.role is Role.BIDDER else desk
        with side.unit_as(Role.DOOR) as uow:
            issued = service.sign_in(uow, found if right else None)
            assert found is not None
            note_sign_in(uow, keys.promise, found.person_id, *device)
            return issued, found.role

    # Both sides are always asked: how long it takes must not say on which one somebody is.
    staff, firm = [await sync_to_thread(look, side) for side in (desk, box)]
    found = staff or firm
    right = await hashing.apart(partial(service.is_right, found, password))
    return await sync_to_thread(issue)
