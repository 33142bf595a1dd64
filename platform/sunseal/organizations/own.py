"""What people see and end of their own: sessions, colleagues, practitioners."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sunseal import outbox
from sunseal.database import Role, UnitOfWork
from sunseal.errors import NotFound
from sunseal.organizations.errors import NoSuchPractitioner, NoSuchSession
from sunseal.organizations.models import Organization, Person, Practitioner, Session, SigningKey
from sunseal.organizations.repository import OrganizationRepository


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm as its own people see it."""

    organization: Organization
    people: Sequence[Person]
    practitioners: Sequence[Practitioner]
    key: SigningKey | None


def sessions(uow: UnitOfWork) -> Sequence[Session]:
    """The caller's own, browsers and programs. Raises Unauthenticated."""
    return OrganizationRepository(uow.session).sessions_of(uow.person_id, uow.now)


def end_session(uow: UnitOfWork, session_id: UUID) -> None:
    """Signs one of the caller's own browsers or programs out. Raises NoSuchSession."""
    repository = OrganizationRepository(uow.session)
    if repository.session_of(uow.person_id, session_id) is None:
        raise NoSuchSession(session_id)
    repository.end_session(session_id, uow.now)


def firm(uow: UnitOfWork) -> Firm:
    """Raises Forbidden, NotFound."""
    uow.require(Role.BIDDER)
    repository = OrganizationRepository(uow.session)
    organization = repository.get(uow.organization_id)
    if organization is None:
        raise NotFound("Your organization is not registered.")
    return Firm(
        organization,
        repository.people_of(organization.id),
        repository.practitioners(organization.id),
        repository.key_in_force(organization.id),
    )


def remove_practitioner(uow: UnitOfWork, practitioner_id: UUID) -> None:
    """Whom the firm no longer names in its bids. Raises NoSuchPractitioner."""
    uow.require(Role.BIDDER)
    found = OrganizationRepository(uow.session).practitioner(practitioner_id)
    if found is None or found.removed_at is not None:
        raise NoSuchPractitioner(practitioner_id)
    found.removed_at = uow.now
    outbox.add(uow, "screening.check_organization", uow.organization_id)
