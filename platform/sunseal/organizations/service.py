"""What firms, authorities and their people can do, in the caller's unit of work."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.exc import IntegrityError

from sunseal import outbox
from sunseal.audit import service as log
from sunseal.database import Role, UnitOfWork
from sunseal.errors import NotFound, Unauthenticated
from sunseal.factors import service as factors
from sunseal.organizations import rules
from sunseal.organizations.declared import NONE, NOTHING, Declared, Numbers, declare
from sunseal.organizations.errors import AlreadyRegistered, NotAdministrator, WrongCredentials
from sunseal.organizations.models import Organization, Person, Practitioner, Session, SigningKey
from sunseal.organizations.repository import OrganizationRepository
from sunseal_crypto.spelling import base64_text

# Whose organizations have a signing key: firms for bids, the others to amend timetables.
SIGNERS = (Role.BIDDER, Role.TENDERING_PARTY, Role.AGENT, Role.CENTRE)

Needs = Literal["", "code", "enrolment"]
# How a session is marked that waits for something.
KINDS: dict[Needs, str] = {"": "session", "code": "half", "enrolment": "enrolment"}
NO_PERSON = "A program's token changes nothing about how people sign in: sign in first."

_hasher = PasswordHasher()
# Compared with when the address is unknown, so that the time taken does not say so.
_NOBODY = _hasher.hash(secrets.token_hex())


@dataclass(frozen=True)
class NewPerson:
    name: str
    email: str
    password: str

    @cached_property
    def password_hash(self) -> str:
        """Made once; web handlers ask for it before they open a unit. Raises WeakPassword."""
        rules.check_password(self.password)
        return _hasher.hash(self.password)


@dataclass(frozen=True, slots=True)
class Account:
    """Who wants to sign in, on which side, and what the password is compared with."""

    person_id: UUID
    role: Role
    email: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """Shown once; the platform keeps only its SHA-256.

    `needs` says what is still to be shown before it opens anything: a `code`, or an `enrolment` of
    the second factor that the role needs. `device` is what the browser keeps to be known again.
    """

    token: str
    expires_at: datetime
    needs: Needs = ""
    device: str = ""


def register_firm(
    uow: UnitOfWork,
    name: str,
    uscc: str | None,
    legal_representative: str | None,
    person: NewPerson,
    declared: Declared = NOTHING,
    numbers: Numbers = NONE,
) -> tuple[Organization, Person]:
    """A bidder and its administrator, whoever they are: screening follows and never refuses this.

    Raises InvalidUscc, UnknownIdentity, InvalidPersonId, NumberInText, NoPersonKey, WeakPassword,
    AlreadyRegistered.
    """
    rules.holds_no_card(name, legal_representative, person.name, person.email, *declared.texts)
    code, number = rules.check_identity(uscc, declared.country, declared.registration_number)
    firm = Organization(
        name=name,
        name_key=rules.name_key(name),
        uscc=code,
        country=declared.country,
        registration_number=number,
        kind="bidder",
        legal_representative=legal_representative,
        registered_at=uow.now,
    )
    administrator = _register(uow, firm, person)
    declare(uow, firm, declared, numbers)
    outbox.add(uow, "screening.check_organization", firm.id)
    return firm, administrator


def register_authority(
    uow: UnitOfWork, name: str, kind: str, person: NewPerson
) -> tuple[Organization, Person]:
    """An organization on the staff side, by the operator. Raises Forbidden, AlreadyRegistered."""
    uow.require(Role.OPERATOR, Role.WORKER)
    authority = Organization(
        name=name, name_key=rules.name_key(name), kind=kind, registered_at=uow.now
    )
    return authority, _register(uow, authority, person)


def add_person(uow: UnitOfWork, person: NewPerson, administrator: bool) -> Person:
    """A colleague in the caller's own organization. Raises NotAdministrator, WeakPassword."""
    _require_administrator(uow)
    organization = OrganizationRepository(uow.session).get(uow.organization_id)
    if organization is None:
        raise NotFound("Your organization is not registered.")
    return enter_person(uow, organization, person, administrator)


def enter_person(
    uow: UnitOfWork, organization: Organization, person: NewPerson, administrator: bool
) -> Person:
    """Somebody new there; who may say so, the caller knows. Raises AlreadyRegistered."""
    added = _person(uow, organization, person, administrator)
    _add(OrganizationRepository(uow.session), added)
    log.record(
        uow,
        "person.add",
        f"person/{added.id}",
        data={"role": added.role, "organization": str(added.organization_id)},
    )
    return added


def add_practitioner(
    uow: UnitOfWork, name: str, number: str = "", numbers: Numbers = NONE
) -> Practitioner:
    """Someone whom the firm may name in its bids, screened with the firm from now on.

    A number given later goes to whoever has the name and none. Raises InvalidPersonId,
    NumberInText, NoPersonKey.
    """
    uow.require(Role.BIDDER)
    rules.holds_no_card(name)
    repository = OrganizationRepository(uow.session)
    known = repository.without_number(uow.organization_id, name) if number else None
    practitioner = known or Practitioner(
        organization_id=uow.organization_id, name=name, added_at=uow.now
    )
    repository.add(practitioner)
    if number:
        numbers.take(uow, practitioner.id, uow.organization_id, number)
    outbox.add(uow, "screening.check_organization", uow.organization_id)
    return practitioner


def enrol_key(uow: UnitOfWork, origin: str, public_key: bytes, proof: bytes) -> SigningKey:
    """The key that signs for the organization from now on; a key in force before ends here.

    Terms of a ceremony that was started with an earlier key still name that one.
    Raises Forbidden, NotAdministrator, KeyRefused, AlreadyRegistered.
    """
    uow.require(*SIGNERS)
    _require_administrator(uow)
    rules.check_enrolment(origin, uow.organization_id, public_key, proof)
    repository = OrganizationRepository(uow.session)
    key = repository.key_in_force(uow.organization_id)
    if key is not None and key.public_key == public_key:
        return key
    repository.revoke_key(uow.organization_id, uow.now)
    key = SigningKey(
        organization_id=uow.organization_id,
        public_key=public_key,
        enrolled_by=uow.person_id,
        enrolled_at=uow.now,
    )
    _add(repository, key)
    log.record(
        uow,
        "key.enrol",
        f"organization/{uow.organization_id}",
        data={"key": base64_text(public_key)},
    )
    return key


def account(uow: UnitOfWork, email: str) -> Account | None:
    """Who has this address on the side of the unit's login; the unit's role is the door."""
    return _account(OrganizationRepository(uow.session).by_email(email.strip().lower()))


def account_of(uow: UnitOfWork, person_id: UUID) -> Account | None:
    """The same for somebody who is known already."""
    return _account(OrganizationRepository(uow.session).by_id(person_id))


def is_right(found: Account | None, password: str) -> bool:
    """Slow and hungry on purpose, and as slow for nobody's address; needs no transaction."""
    try:
        _hasher.verify(found.password_hash if found else _NOBODY, password)
    except VerifyMismatchError:
        return False
    return found is not None


def sign_in(
    uow: UnitOfWork, found: Account | None, device: str = "", *, strict: bool = True
) -> IssuedToken:
    """What somebody gets who knew the password, None for anybody else. Raises WrongCredentials.

    A whole session only where no second factor is set up or, if `strict`, needed by the role.
    """
    if found is None:
        raise WrongCredentials()
    if factors.has_any(uow, found.person_id):
        return _half(uow, found.person_id, "code")
    if strict and factors.is_needed(found.role):
        return _half(uow, found.person_id, "enrolment")
    return enter(uow, found, device)


def enter(uow: UnitOfWork, found: Account, device: str) -> IssuedToken:
    """A whole session, for whoever has shown all that is asked for."""
    _log_staff(uow, found.role, "session.sign-in", found.person_id)
    issued = _issue(uow, found.person_id, "session", "")
    return replace(issued, device=factors.remember(uow, found.person_id, device))


def waiting(uow: UnitOfWork, kind: Needs) -> Account:
    """Whose session it is that waits for this. Raises Unauthenticated."""
    session = OrganizationRepository(uow.session).session_kind(uow.actor.session_id)
    found = account_of(uow, uow.person_id)
    if found is None or session != KINDS[kind]:
        raise Unauthenticated()
    return found


def require_person(uow: UnitOfWork) -> None:
    """That somebody signed in here, and it is no program with a token. Raises Unauthenticated."""
    kind = OrganizationRepository(uow.session).session_kind(uow.actor.session_id)
    if kind != KINDS[""]:
        raise Unauthenticated(NO_PERSON)


def issue_token(uow: UnitOfWork, label: str) -> IssuedToken:
    """A long-lived token for the caller's own programs."""
    issued = _issue(uow, uow.person_id, "token", label)
    _log_staff(uow, uow.actor.role, "token.issue", uow.person_id)
    return issued


def sign_out(uow: UnitOfWork) -> None:
    """Ends the caller's session. Raises Unauthenticated."""
    if uow.actor.session_id is None:
        raise Unauthenticated()
    OrganizationRepository(uow.session).end_session(uow.actor.session_id, uow.now)


@dataclass(frozen=True, slots=True)
class Whoami:
    """The signed-in person with its organization and the key in force."""

    person: Person
    organization: Organization
    key: SigningKey | None
    practitioners: list[str]


def whoami(uow: UnitOfWork) -> Whoami:
    """Raises Unauthenticated."""
    repository = OrganizationRepository(uow.session)
    person = repository.person(uow.person_id)
    organization = repository.get(uow.organization_id)
    if person is None or organization is None:
        raise NotFound("Your account is no longer registered.")
    key = repository.key_in_force(organization.id) if uow.actor.role in SIGNERS else None
    if uow.actor.role is not Role.BIDDER:
        return Whoami(person, organization, key, [])
    names = [practitioner.name for practitioner in repository.practitioners(organization.id)]
    return Whoami(person, organization, key, names)


def _register(uow: UnitOfWork, organization: Organization, person: NewPerson) -> Person:
    repository = OrganizationRepository(uow.session)
    code, number = organization.uscc, organization.registration_number
    known = repository.by_uscc(code) if code else None
    if number:
        known = repository.by_number(organization.country, number)
    if known is not None:
        raise AlreadyRegistered("firm")
    _add(repository, organization)
    first = _person(uow, organization, person, administrator=True)
    _add(repository, first)
    # What tables say of a firm can be held against this: nobody gets another name or role unseen.
    log.record(
        uow,
        "organization.register",
        f"organization/{organization.id}",
        data={"kind": organization.kind, "name": organization.name, "person": str(first.id)},
    )
    return first


def _person(
    uow: UnitOfWork, organization: Organization, person: NewPerson, administrator: bool
) -> Person:
    return Person(
        organization_id=organization.id,
        name=person.name,
        email=person.email.strip().lower(),
        role=organization.kind,
        administrator=administrator,
        password_hash=person.password_hash,
        created_at=uow.now,
    )


def _account(person: Person | None) -> Account | None:
    if person is None or person.disabled_at is not None:
        return None
    return Account(person.id, Role(f"as_{person.role}"), person.email, person.password_hash)


def _add(repository: OrganizationRepository, row: Organization | Person | SigningKey) -> None:
    """Raises AlreadyRegistered when a unique value stands already, also by a race."""
    try:
        repository.add(row)
    except IntegrityError:
        what = {Organization: "firm", Person: "e-mail address", SigningKey: "key"}[type(row)]
        raise AlreadyRegistered(what) from None


def _issue(uow: UnitOfWork, person_id: UUID, kind: str, label: str) -> IssuedToken:
    token = secrets.token_urlsafe(32)
    expires_at = rules.expires(kind, uow.now)
    OrganizationRepository(uow.session).add(
        Session(
            token_digest=hashlib.sha256(token.encode()).digest(),
            person_id=person_id,
            kind=kind,
            label=label,
            created_at=uow.now,
            expires_at=expires_at,
        )
    )
    return IssuedToken(token, expires_at)


def _half(uow: UnitOfWork, person_id: UUID, needs: Needs) -> IssuedToken:
    return replace(_issue(uow, person_id, KINDS[needs], ""), needs=needs)


def _log_staff(uow: UnitOfWork, role: Role, action: str, person_id: UUID) -> None:
    """Not bidders: supervisors read this at once, and a sign-in at a deadline names who bids."""
    if role is not Role.BIDDER:
        log.record(uow, action, f"person/{person_id}")


def _require_administrator(uow: UnitOfWork) -> None:
    if not uow.actor.administrator:
        raise NotAdministrator()
