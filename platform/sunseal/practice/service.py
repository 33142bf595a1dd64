"""Beginning a practice and bringing it to publication, in units of its own.

A practice is made of what everybody uses: a firm, a tender, a ceremony by the custodians' programs.
What is special is who asks: the practice office has nobody who sits there, so the visitor's request
acts for it, which a real instance has no route for.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Literal
from uuid import UUID

from sunseal.custody import progress
from sunseal.custody import service as custody
from sunseal.custody.progress import Key
from sunseal.database import Database, Role, UnitOfWork
from sunseal.organizations import service as organizations
from sunseal.organizations.repository import OrganizationRepository
from sunseal.organizations.service import IssuedToken, NewPerson
from sunseal.practice import rules
from sunseal.practice.errors import NotSetUp, TooManyPractices
from sunseal.practice.repository import PracticeRepository
from sunseal.practice.rules import MadeUp
from sunseal.settings import Settings
from sunseal.tenders import service as tenders
from sunseal.tenders.rules import Status
from sunseal_crypto.roster import Roster

# One web process serves a practice instance, so this makes the limit exact.
_beginning = Lock()


@dataclass(frozen=True, slots=True)
class Office:
    """The one tendering party of a practice instance, and its one person."""

    person: UUID
    organization: UUID


@dataclass(frozen=True, slots=True)
class Preparation:
    """How far a practice is on its way to bids. `failed`: begin another one."""

    state: Literal["preparing", "ready", "failed"]
    key: Key


def office(desk: Database) -> Office:
    """Raises NotSetUp."""
    with desk.unit_as(Role.DOOR) as uow:
        found = OrganizationRepository(uow.session).by_email(rules.OFFICE_EMAIL)
    if found is None:
        raise NotSetUp()
    return Office(found.id, found.organization_id)


def check_room(uow: UnitOfWork, most: int) -> None:
    """Raises TooManyPractices."""
    if PracticeRepository(uow.session).live(uow.now - rules.OPENED_WITHIN) >= most:
        raise TooManyPractices(most)


def begin(desk: Database, settings: Settings, roster: Roster) -> UUID:
    """A tender whose key the custodians begin to make. Raises TooManyPractices, NotSetUp."""
    acting = office(desk)
    with (
        _beginning,
        desk.unit_as(Role.TENDERING_PARTY, acting.person, acting.organization) as uow,
    ):
        check_room(uow, settings.practices)
        wish = rules.tender(
            rules.random_code(), uow.now, settings.practice_seconds, settings.tick_seconds
        )
        made = tenders.create(uow, wish, statutory=False)
        custody.start(uow, made.id, roster)
        return made.id


def newcomer(made_up: MadeUp, password: str) -> NewPerson:
    return NewPerson("练习者", made_up.email, password)


def enter(box: Database, made_up: MadeUp, person: NewPerson) -> IssuedToken:
    """Registers the firm, and a session of its one person, who knows no password."""
    with box.unit_as(Role.DOOR) as uow:
        organizations.register_firm(uow, made_up.name, made_up.uscc, "练习者", person)
        found = organizations.account(uow, made_up.email)
        assert found is not None
        return organizations.enter(uow, found, "")


def look(desk: Database, tender_id: UUID) -> Preparation:
    """Raises NoSuchTender, NotSetUp."""
    acting = office(desk)
    with desk.unit_as(Role.TENDERING_PARTY, acting.person, acting.organization) as uow:
        return _look(uow, tender_id)


def go_on(desk: Database, tender_id: UUID) -> Preparation:
    """Publishes as soon as the key is made; asking again changes nothing.

    Raises NoSuchTender, NotSetUp.
    """
    acting = office(desk)
    with desk.unit_as(Role.TENDERING_PARTY, acting.person, acting.organization) as uow:
        found = _look(uow, tender_id)
        if found.state == "preparing" and found.key.state == "made":
            custody.publish(uow, tender_id)
        return found


def _look(uow: UnitOfWork, tender_id: UUID) -> Preparation:
    tender = tenders.get(uow, tender_id)
    key = progress.of(custody.attempts(uow, tender_id))
    if tender.status not in (Status.DRAFT, Status.CEREMONY):
        return Preparation("ready", key)
    over = key.state == "failed" or uow.now >= tender.deadline
    return Preparation("failed" if over else "preparing", key)
