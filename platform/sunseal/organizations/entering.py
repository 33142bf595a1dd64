"""Signing in, the same for programs and for pages, and on which side somebody then is."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from sunseal.database import Credential, Database, Role, UnitOfWork
from sunseal.factors import service as factors
from sunseal.factors.errors import WrongCode
from sunseal.factors.service import Whose
from sunseal.keys import Keys
from sunseal.organizations import hashing, rules, service
from sunseal.organizations.service import Account, IssuedToken
from sunseal.settings import Settings
from sunseal.supervision.service.sign_in import note_sign_in
from sunseal.web import cookies
from sunseal.web.page import is_local_path


def side_of(
    credential: NamedDependency[Credential | None],
    desk: NamedDependency[Database],
    box: NamedDependency[Database],
) -> Database:
    """The login on which this caller has a role: bidders' own, or the desk's."""
    return box if desk.role_of(credential) is Role.BIDDER else desk


FIRST_PAGE = {
    Role.BIDDER: "/firm",
    Role.TENDERING_PARTY: "/work/tenders",
    Role.AGENT: "/work/tenders",
    Role.CENTRE: "/work/tenders",
    Role.SUPERVISOR: "/supervision",
    Role.CUSTODIAN: "/custodian",
    Role.OPERATOR: "/admin/health",
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """From where somebody signs in: address and program, which the supervision compares, and the
    token of a browser that is known already.
    """

    address: str
    program: str
    device: str = ""

    @classmethod
    def of(cls, request: Request[Any, Any, Any], device: str = "") -> "Visitor":
        address = request.client.host if request.client else ""
        return cls(address, request.headers.get("user-agent", ""), device)

    @classmethod
    def at_page(cls, request: Request[Any, Any, Any], host: str) -> "Visitor":
        """With what the browser kept from an earlier sign-in."""
        return cls.of(request, cookies.read(request.cookies, cookies.DEVICE, host) or "")


@dataclass(frozen=True, slots=True)
class Typed:
    email: str
    password: str


async def enter(
    desk: Database, box: Database, settings: Settings, keys: Keys, typed: Typed, visitor: Visitor
) -> tuple[IssuedToken, Role]:
    """A new session and whose it is. Raises WrongCredentials, TooManySignIns, TooManyGuesses."""
    email, strict = typed.email, settings.second_factor

    def look(side: Database) -> Account | None:
        with side.unit_as(Role.DOOR) as uow:
            return service.account(uow, email)

    def admit() -> None:
        with side.unit_as(Role.DOOR) as uow:
            factors.check_guesses(uow, email, person_id, visitor.device)

    def issue() -> tuple[IssuedToken, Role]:
        if not right:
            with side.unit_as(Role.DOOR) as uow:
                factors.note_wrong(uow, email, person_id, visitor.device)
        with side.unit_as(Role.DOOR) as uow:
            issued = service.sign_in(uow, found if right else None, visitor.device, strict=strict)
            assert found is not None
            if not issued.needs:
                note_sign_in(uow, keys.promise, found.person_id, visitor.address, visitor.program)
            return issued, found.role

    # Both sides are always asked: how long it takes must not say on which one somebody is.
    staff, firm = [await sync_to_thread(look, side) for side in (desk, box)]
    found = staff or firm
    person_id = found.person_id if found else None
    side = box if found is not None and found.role is Role.BIDDER else desk
    await sync_to_thread(admit)
    right = await hashing.apart(partial(service.is_right, found, typed.password))
    return await sync_to_thread(issue)


def show_code(
    desk: Database, box: Database, keys: Keys, half: Credential, code: str, visitor: Visitor
) -> tuple[IssuedToken, Role]:
    """The second half of signing in. Raises WrongCode, TooManyGuesses, Unauthenticated."""
    side = half_side(half, desk, box)
    with side.unit_of_work(half, half=True) as uow:
        found = service.waiting(uow, "code")
        factors.check_guesses(uow, found.email, found.person_id, visitor.device)
    try:
        with side.unit_of_work(half, half=True) as uow:
            whose = Whose(found.person_id, found.email, found.role)
            factors.check(uow, keys.promise, whose, code)
            return make_whole(uow, keys, found, visitor), found.role
    except WrongCode:
        with side.unit_as(Role.DOOR) as uow:
            factors.note_wrong(uow, found.email, found.person_id, visitor.device)
        raise


def first_page(role: Role, wanted: str = "") -> str:
    """Where somebody who has signed in begins: where he came from, or at his own desk."""
    if wanted != "/" and is_local_path(wanted):
        return wanted
    return FIRST_PAGE.get(role, "/account")


def kept(host: str, issued: IssuedToken, role: Role) -> list[Cookie]:
    """What the browser keeps of a whole session, and to be known again; nothing of a half one."""
    session = cookies.signed_in(host, issued.token, role, rules.session_seconds())
    device = cookies.make(cookies.DEVICE, issued.device, host, cookies.DEVICE_SECONDS)
    return [*session, device, cookies.make(cookies.HALF, "", host, 0)]


def half_side(half: Credential, desk: Database, box: Database) -> Database:
    """The side on which this session waits for its second factor."""
    return desk if desk.role_of(half) is Role.DOOR else box


def make_whole(uow: UnitOfWork, keys: Keys, found: Account, visitor: Visitor) -> IssuedToken:
    """In the place of the half session that the unit was opened with."""
    service.sign_out(uow)  # the half one
    note_sign_in(uow, keys.promise, found.person_id, visitor.address, visitor.program)
    return service.enter(uow, found, visitor.device)
