"""Signing in with a passkey: alone, when it counts for password and code, or after the password.

Nobody guesses a signature, so wrong ones are not counted, and those who are shut out because
somebody guesses at their password still come in this way.
"""

from sunseal.database import Credential, Database, Role
from sunseal.factors import authenticator, passkeys
from sunseal.factors.authenticator import RelyingParty, Shown
from sunseal.factors.errors import WrongPasskey
from sunseal.keys import Keys
from sunseal.organizations import service
from sunseal.organizations.entering import Visitor, half_side, make_whole
from sunseal.organizations.service import IssuedToken
from sunseal.supervision.service.sign_in import note_sign_in


def ask_visitor(box: Database, party: RelyingParty, bound: bytes) -> str:
    """On the box's login, whose table the desk does not see: the visitor may be a firm."""
    with box.unit_as(Role.DOOR) as uow:
        return passkeys.ask_to_enter(uow, party, bound)


def enter(
    desk: Database,
    box: Database,
    keys: Keys,
    party: RelyingParty,
    answer: str,
    bound: bytes,
    visitor: Visitor,
) -> tuple[IssuedToken, Role]:
    """A new session and whose it is. Raises WrongPasskey, ChallengeOver, CounterWentBack."""
    with box.unit_as(Role.DOOR) as uow:
        shown = authenticator.read_shown(answer)
        passkeys.take(uow, "sign-in", bound, shown.challenge)
    side = next((each for each in (desk, box) if _knows(each, shown)), desk)
    with side.unit_as(Role.DOOR) as uow:
        verified = passkeys.verify(uow, keys.promise, party, shown)
        found = service.account_of(uow, verified.person_id)
        # Nobody typed who he is: the authenticator has to say it.
        if found is None or shown.whose is None:
            raise WrongPasskey()
    # From here on it is known who acts, also for the log of what is refused.
    with side.unit_as(Role.DOOR, found.person_id) as uow:
        passkeys.use(uow, verified)
        note_sign_in(uow, keys.promise, found.person_id, visitor.address, visitor.program)
        return service.enter(uow, found, visitor.device), found.role


def ask_half(desk: Database, box: Database, party: RelyingParty, half: Credential) -> str:
    """Raises Unauthenticated."""
    with half_side(half, desk, box).unit_of_work(half, half=True) as uow:
        found = service.waiting(uow, "code")
        return passkeys.ask_for_second(uow, party, found.person_id, half)


def show(
    desk: Database,
    box: Database,
    keys: Keys,
    party: RelyingParty,
    half: Credential,
    answer: str,
    visitor: Visitor,
) -> tuple[IssuedToken, Role]:
    """The second half of signing in.

    Raises WrongPasskey, ChallengeOver, CounterWentBack, Unauthenticated.
    """
    side = half_side(half, desk, box)
    with side.unit_of_work(half, half=True) as uow:
        found = service.waiting(uow, "code")
        shown = authenticator.read_shown(answer)
        passkeys.take(uow, "second-factor", half, shown.challenge)
    with side.unit_of_work(half, half=True) as uow:
        verified = passkeys.verify(uow, keys.promise, party, shown)
        if verified.person_id != found.person_id:
            raise WrongPasskey()
        passkeys.use(uow, verified)
        return make_whole(uow, keys, found, visitor), found.role


def has_passkey(desk: Database, box: Database, half: Credential) -> bool:
    """Whether to offer it. Raises Unauthenticated."""
    with half_side(half, desk, box).unit_of_work(half, half=True) as uow:
        return bool(passkeys.listed(uow, service.waiting(uow, "code").person_id))


def _knows(side: Database, shown: Shown) -> bool:
    with side.unit_as(Role.DOOR) as uow:
        return passkeys.is_of_side(uow, shown)
