"""One's own factors: whoever has signed in, and whoever may not before he has one.

The caller's token says who that is; what is done then, the door does, because no other role may
touch a secret of a factor.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sunseal.database import Credential, Database, Role, UnitOfWork
from sunseal.errors import Unauthenticated
from sunseal.factors import authenticator, passkeys, service
from sunseal.factors.authenticator import RelyingParty
from sunseal.factors.service import Begun, Whose
from sunseal.keys import Keys
from sunseal.organizations import service as organizations
from sunseal.organizations.entering import Visitor, make_whole, side_of
from sunseal.organizations.service import IssuedToken

Deed = Callable[[UnitOfWork, Whose], list[str]]


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of a new factor: recovery codes with the first one, a session for a newcomer."""

    codes: list[str]
    session: IssuedToken | None
    role: Role


@dataclass(frozen=True, slots=True)
class Owner:
    """Whoever holds this token: of a whole session, or of one that waits for its first factor."""

    desk: Database
    box: Database
    keys: Keys
    party: RelyingParty
    token: Credential | None

    @property
    def credential(self) -> Credential:
        """Raises Unauthenticated."""
        if self.token is None:
            raise Unauthenticated()
        return self.token

    @property
    def is_newcomer(self) -> bool:
        """A role that needs a factor is on the desk's side."""
        return self.desk.role_of(self.token) is Role.DOOR

    @contextmanager
    def unit(self) -> Iterator[tuple[UnitOfWork, Whose]]:
        """For a whole session. Raises Unauthenticated.

        A program's token is none: it lies on disks for a year, and whoever finds one would add a
        passkey of his own, with which he signs in when the token is long over.
        """
        side = side_of(self.token, self.desk, self.box)
        with side.unit_of_work(self.credential) as uow:
            organizations.require_person(uow)
            person = organizations.whoami(uow).person
            whose = Whose(person.id, person.email, uow.actor.role)
        with side.unit_as(Role.DOOR, whose.person_id) as uow:
            yield uow, whose

    @contextmanager
    def unit_to_add(self) -> Iterator[tuple[UnitOfWork, Whose]]:
        """For a newcomer's session as well. Raises Unauthenticated."""
        if not self.is_newcomer:
            with self.unit() as (uow, whose):
                yield uow, whose
            return
        with self.desk.unit_of_work(self.credential, half=True) as uow:
            found = organizations.waiting(uow, "enrolment")
            yield uow, Whose(found.person_id, found.email, found.role)

    def begin(self, label: str) -> Begun:
        """A new source of codes."""
        with self.unit_to_add() as (uow, whose):
            return service.begin(uow, self.keys.promise, whose, label)

    def confirm(self, factor_id: UUID, code: str, visitor: Visitor) -> Settled:
        """Raises WrongCode, NoSuchFactor, Unauthenticated."""
        key = self.keys.promise
        return self._settle(
            visitor, lambda uow, whose: service.confirm(uow, key, whose, factor_id, code)
        )

    def remove(self, factor_id: UUID) -> None:
        """Raises NoSuchFactor, LastFactor, Unauthenticated."""
        with self.unit() as (uow, whose):
            service.remove(uow, whose, factor_id)

    def renew(self) -> list[str]:
        """New recovery codes. Raises Unauthenticated."""
        with self.unit() as (uow, whose):
            return service.renew_recovery_codes(uow, self.keys.promise, whose)

    def ask(self) -> str:
        """What the browser is to ask an authenticator for, to make a new passkey."""
        with self.unit_to_add() as (uow, whose):
            return passkeys.ask_to_add(uow, self.party, whose, self.credential)

    def add_passkey(self, answer: str, label: str, visitor: Visitor) -> Settled:
        """Raises WrongPasskey, ChallengeOver, PasskeyKnown, Unauthenticated."""
        with self.unit_to_add() as (uow, _):
            created = authenticator.read_created(answer)
            passkeys.take(uow, "add", self.credential, created.challenge)
        key, party = self.keys.promise, self.party
        return self._settle(
            visitor, lambda uow, whose: passkeys.add(uow, key, party, whose, created, label)
        )

    def _settle(self, visitor: Visitor, deed: Deed) -> Settled:
        """Makes a factor count by `deed`; with that a newcomer has signed in."""
        newcomer = self.is_newcomer
        with self.unit_to_add() as (uow, whose):
            codes, session = deed(uow, whose), None
            if newcomer:
                found = organizations.waiting(uow, "enrolment")
                session = make_whole(uow, self.keys, found, visitor)
            return Settled(codes, session, whose.role)
