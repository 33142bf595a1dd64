"""What an operator does with staff, what two people agree on, and how the service is."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sunseal.administration import rules
from sunseal.administration.errors import NoSuchInvitation, NoSuchOrganization, NoSuchPerson
from sunseal.administration.repository import AdministrationRepository
from sunseal.audit import service as audit
from sunseal.confirmations import service as confirmations
from sunseal.confirmations.rules import Matter
from sunseal.custody import watch
from sunseal.custody.watch import Institution
from sunseal.custody.watch_repository import WatchRepository
from sunseal.database import Role, UnitOfWork
from sunseal.factors import service as factors
from sunseal.organizations import service as organizations
from sunseal.organizations.models import Organization, Person
from sunseal.organizations.service import NewPerson
from sunseal.screening import service as screening
from sunseal_crypto.roster import Roster

LINK_BYTES = 32
# A worker ticks by itself; one that has missed so many is not there.
TICKS_MISSED = 6


@dataclass(frozen=True, slots=True)
class Health:
    """`waiting` are errands of staff alone: those of bidders would tell of bids."""

    ticks: bool
    pulse: Row[Any]
    institutions: list[Institution]
    lists: list[Any]


def newcomer(name: str, email: str) -> NewPerson:
    """With a password that nobody knows, until the invitation is accepted."""
    return NewPerson(name, email, secrets.token_urlsafe(LINK_BYTES))


def listed(uow: UnitOfWork, words: str, kind: str, offset: int, limit: int) -> list[Row[Any]]:
    """Organizations by kind and name. Raises Forbidden."""
    uow.require(Role.OPERATOR)
    audit.record(uow, "organization.list", "organizations")
    return AdministrationRepository(uow.session).organizations(words, kind, offset, limit)


def read(uow: UnitOfWork, organization_id: UUID) -> tuple[Organization, list[Row[Any]]]:
    """With its people, if it is of the staff side. Raises Forbidden, NoSuchOrganization."""
    uow.require(Role.OPERATOR)
    repository = AdministrationRepository(uow.session)
    found = _organization(repository, organization_id)
    audit.record(uow, "organization.read", f"organization/{organization_id}")
    return found, repository.people(organization_id)


def register(uow: UnitOfWork, name: str, kind: str, person: NewPerson) -> tuple[Organization, str]:
    """A staff organization with its first person, and that one's invitation.

    Raises Forbidden, TakesTwo, AlreadyRegistered.
    """
    uow.require(Role.OPERATOR)
    rules.check_alone(kind)
    made, first = organizations.register_authority(uow, name, kind, person)
    return made, _invite(uow, first)


def add_person(
    uow: UnitOfWork, organization_id: UUID, person: NewPerson, administrator: bool
) -> str:
    """A colleague at a staff organization; returns the link of the invitation.

    Raises Forbidden, NoSuchOrganization, TakesTwo, AlreadyRegistered.
    """
    uow.require(Role.OPERATOR)
    found = _organization(AdministrationRepository(uow.session), organization_id)
    rules.check_alone(found.kind)
    return _invite(uow, organizations.enter_person(uow, found, person, administrator))


def accept(uow: UnitOfWork, link: str, password_hash: str) -> None:
    """The invited person's own password; the unit's role is the door. Raises NoSuchInvitation."""
    if not AdministrationRepository(uow.session).accept(link, password_hash):
        raise NoSuchInvitation()


def disable(uow: UnitOfWork, person_id: UUID) -> Person:
    """Ends every session of somebody at once. Raises Forbidden, NoSuchPerson, TakesTwo."""
    person = _other(uow, person_id)
    AdministrationRepository(uow.session).set_disabled(person_id, uow.now)
    audit.record(uow, "person.disable", f"person/{person_id}")
    return person


def enable(uow: UnitOfWork, person_id: UUID) -> Person:
    """Raises Forbidden, NoSuchPerson, TakesTwo."""
    person = _other(uow, person_id)
    AdministrationRepository(uow.session).set_disabled(person_id, None)
    audit.record(uow, "person.enable", f"person/{person_id}")
    return person


def appoint(uow: UnitOfWork, person_id: UUID, *, administrator: bool) -> Person:
    """Who may enrol the organization's key. Raises Forbidden, NoSuchPerson, TakesTwo."""
    person = _other(uow, person_id)
    AdministrationRepository(uow.session).set_administrator(person_id, administrator)
    data = {"administrator": "yes" if administrator else "no"}
    audit.record(uow, "person.appoint", f"person/{person_id}", data=data)
    return person


def carry_out(uow: UnitOfWork, proposal_id: UUID) -> None:
    """The worker's: what an operator proposed and a supervisor confirmed, once."""
    uow.require(Role.WORKER)
    proposal = confirmations.get(uow, proposal_id)
    matter = Matter(proposal.matter)
    agreed = confirmations.confirmation_of(uow, proposal_id) is not None
    repository = AdministrationRepository(uow.session)
    person = repository.by_email(proposal.object.strip().lower())
    if matter not in confirmations.PERSONAL or not agreed or person is None:
        return
    # A firm's people are its own administrator's.
    if person.role == rules.FIRM or not repository.carry_out(proposal_id):
        return
    if matter is Matter.RESET_FACTORS:
        factors.reset(uow, person.id)
    else:
        repository.set_disabled(person.id, uow.now)
        audit.record(uow, "person.disable", f"person/{person.id}")


def health(uow: UnitOfWork, roster: Roster, tick_seconds: float) -> Health:
    """Raises Forbidden."""
    uow.require(Role.OPERATOR)
    pulse = AdministrationRepository(uow.session).pulse()
    present = WatchRepository(uow.session)
    late = timedelta(seconds=TICKS_MISSED * tick_seconds)
    return Health(
        ticks=pulse.ticked_at is not None and uow.now - pulse.ticked_at < late,
        pulse=pulse,
        institutions=watch.institutions(roster, present.presences(), present.contacts(), uow.now),
        lists=list(screening.health(uow)),
    )


def _invite(uow: UnitOfWork, person: Person) -> str:
    link = secrets.token_urlsafe(LINK_BYTES)
    AdministrationRepository(uow.session).invite(person.id, link)
    audit.record(uow, "person.invite", f"person/{person.id}")
    return link


def _organization(repository: AdministrationRepository, organization_id: UUID) -> Organization:
    found = repository.organization(organization_id)
    if found is None:
        raise NoSuchOrganization(organization_id)
    return found


def _other(uow: UnitOfWork, person_id: UUID) -> Person:
    uow.require(Role.OPERATOR)
    found = AdministrationRepository(uow.session).person(person_id)
    if found is None:
        raise NoSuchPerson(person_id)
    rules.check_other(found.role, person_id, uow.person_id)
    return found
