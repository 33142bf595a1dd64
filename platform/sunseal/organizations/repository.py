from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DatabaseSession
from sqlalchemy.orm import undefer

from sunseal.organizations.models import (
    DeclaredOwner,
    FormerName,
    Organization,
    Person,
    PersonNumber,
    Practitioner,
    Session,
    SigningKey,
)

Row = (
    Organization
    | Person
    | Practitioner
    | SigningKey
    | Session
    | FormerName
    | DeclaredOwner
    | PersonNumber
)


class OrganizationRepository:
    def __init__(self, session: DatabaseSession) -> None:
        self._session = session

    def add(self, *rows: Row) -> None:
        for row in rows:
            self._session.add(row)
            self._session.flush()  # in this order: each may refer to the one before

    def get(self, organization_id: UUID) -> Organization | None:
        return self._session.get(Organization, organization_id)

    def by_uscc(self, uscc: str) -> Organization | None:
        return self._session.scalar(select(Organization).where(Organization.uscc == uscc))

    def by_number(self, country: str, number: str) -> Organization | None:
        """A firm from abroad."""
        query = select(Organization).where(
            Organization.country == country, Organization.registration_number == number
        )
        return self._session.scalar(query)

    def without_number(self, organization_id: UUID, name: str) -> Practitioner | None:
        """Somebody of this name whose number is not known."""
        query = select(Practitioner).where(
            Practitioner.organization_id == organization_id,
            Practitioner.name == name,
            Practitioner.removed_at.is_(None),
            Practitioner.id.not_in(select(PersonNumber.owner)),
        )
        return self._session.scalar(query.limit(1))

    def person(self, person_id: UUID) -> Person | None:
        return self._session.get(Person, person_id)

    def by_email(self, email: str) -> Person | None:
        """With the password's hash, which only the door may read."""
        query = select(Person).where(Person.email == email).options(undefer(Person.password_hash))
        return self._session.scalar(query)

    def by_id(self, person_id: UUID) -> Person | None:
        """As `by_email`: for the door."""
        query = select(Person).where(Person.id == person_id).options(undefer(Person.password_hash))
        return self._session.scalar(query)

    def session_kind(self, session_id: UUID | None) -> str | None:
        kind: str | None = self._session.scalar(
            select(Session.kind).where(Session.id == session_id)
        )
        return kind

    def practitioners(self, organization_id: UUID) -> Sequence[Practitioner]:
        query = select(Practitioner).where(
            Practitioner.organization_id == organization_id, Practitioner.removed_at.is_(None)
        )
        return self._session.scalars(query).all()

    def key_in_force(self, organization_id: UUID) -> SigningKey | None:
        query = select(SigningKey).where(
            SigningKey.organization_id == organization_id, SigningKey.revoked_at.is_(None)
        )
        return self._session.scalar(query)

    def keys_of(self, organization_id: UUID) -> Sequence[SigningKey]:
        query = select(SigningKey).where(SigningKey.organization_id == organization_id)
        return self._session.scalars(query).all()

    def revoke_key(self, organization_id: UUID, at: datetime) -> None:
        self._session.execute(
            update(SigningKey)
            .where(SigningKey.organization_id == organization_id, SigningKey.revoked_at.is_(None))
            .values(revoked_at=at)
        )

    def end_session(self, session_id: UUID, at: datetime) -> None:
        self._session.execute(update(Session).where(Session.id == session_id).values(revoked_at=at))

    def sessions_of(self, person_id: UUID, now: datetime) -> Sequence[Session]:
        """Those that still count, the newest first."""
        query = (
            select(Session)
            .where(
                Session.person_id == person_id,
                Session.revoked_at.is_(None),
                Session.expires_at > now,
            )
            .order_by(Session.created_at.desc())
        )
        return self._session.scalars(query).all()

    def session_of(self, person_id: UUID, session_id: UUID) -> Session | None:
        found = self._session.get(Session, session_id)
        return found if found is not None and found.person_id == person_id else None

    def people_of(self, organization_id: UUID) -> Sequence[Person]:
        query = select(Person).where(
            Person.organization_id == organization_id, Person.disabled_at.is_(None)
        )
        return self._session.scalars(query.order_by(Person.created_at)).all()

    def practitioner(self, practitioner_id: UUID) -> Practitioner | None:
        return self._session.get(Practitioner, practitioner_id)
