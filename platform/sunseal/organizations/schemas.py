from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.organizations.declared import Declared, NewOwner
from sunseal.organizations.models import Organization, Person, Practitioner, SigningKey
from sunseal.organizations.service import IssuedToken, NewPerson, Whoami
from sunseal.screening.identity import HOME

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Email = Annotated[str, Meta(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$")]
Number = Annotated[str, Meta(max_length=40)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Device = Annotated[str, Meta(max_length=100)]
Password = Annotated[str, Meta(min_length=1, max_length=200)]


class PersonForm(Struct, forbid_unknown_fields=True):
    name: Name
    email: Email
    password: Password

    def new(self) -> NewPerson:
        return NewPerson(self.name, self.email, self.password)


class OwnerForm(Struct, forbid_unknown_fields=True):
    """`identifier` is a company's, `person_id` a person's; both may be left out."""

    kind: Literal["company", "person"]
    name: Name
    identifier: Number = ""
    country: Country = HOME
    person_id: Number = ""

    def __repr__(self) -> str:
        return f"OwnerForm({self.name!r})"

    def new(self) -> NewOwner:
        return NewOwner(self.kind, self.name, self.identifier, self.country, self.person_id)


class RegisterFirm(Struct, forbid_unknown_fields=True):
    """A firm from abroad has `country` and `registration_number` instead of `uscc`."""

    name: Name
    person: PersonForm
    uscc: Number | None = None
    legal_representative: Name | None = None
    legal_representative_id: Number = ""
    country: Country = HOME
    registration_number: Number = ""
    former_names: Annotated[list[Name], Meta(max_length=20)] = []
    owners: Annotated[list[OwnerForm], Meta(max_length=50)] = []

    def __repr__(self) -> str:
        return f"RegisterFirm({self.name!r})"

    def declared(self) -> Declared:
        return Declared(
            self.country,
            self.registration_number,
            self.former_names,
            [each.new() for each in self.owners],
            self.legal_representative_id,
        )


class RegisterAuthority(Struct, forbid_unknown_fields=True):
    name: Name
    kind: Literal["tendering_party", "agent", "centre", "supervisor", "custodian", "operator"]
    person: PersonForm


class AddPerson(Struct, forbid_unknown_fields=True):
    person: PersonForm
    administrator: bool = False


class AddPractitioner(Struct, forbid_unknown_fields=True):
    name: Name
    person_id: Number = ""

    def __repr__(self) -> str:
        return f"AddPractitioner({self.name!r})"


class SignIn(Struct, forbid_unknown_fields=True):
    """`device` is what an earlier sign-in gave this browser or program to keep."""

    email: Email
    password: Password
    device: Device = ""


class IssueToken(Struct, forbid_unknown_fields=True):
    label: Annotated[str, Meta(max_length=100)] = ""


class EnrolKey(Struct, forbid_unknown_fields=True):
    public_key: bytes
    proof: bytes


class OrganizationView(Struct, frozen=True):
    id: UUID
    name: str
    uscc: str | None
    kind: str

    @classmethod
    def of(cls, organization: Organization) -> Self:
        return cls(organization.id, organization.name, organization.uscc, organization.kind)


class PersonView(Struct, frozen=True):
    id: UUID
    name: str
    email: str
    role: str
    administrator: bool

    @classmethod
    def of(cls, person: Person) -> Self:
        return cls(person.id, person.name, person.email, person.role, person.administrator)


class RegisteredView(Struct, frozen=True):
    organization: OrganizationView
    person: PersonView

    @classmethod
    def of(cls, organization: Organization, person: Person) -> Self:
        return cls(OrganizationView.of(organization), PersonView.of(person))


class PractitionerView(Struct, frozen=True):
    id: UUID
    name: str

    @classmethod
    def of(cls, practitioner: Practitioner) -> Self:
        return cls(practitioner.id, practitioner.name)


class KeyView(Struct, frozen=True):
    public_key: bytes
    enrolled_at: datetime

    @classmethod
    def of(cls, key: SigningKey) -> Self:
        return cls(key.public_key, key.enrolled_at)


class TokenView(Struct, frozen=True):
    """`needs` is `code` or `enrolment` for a session that waits for its second factor."""

    token: str
    expires_at: datetime
    needs: str = ""
    device: str = ""

    @classmethod
    def of(cls, issued: IssuedToken) -> Self:
        return cls(issued.token, issued.expires_at, issued.needs, issued.device)


class MeView(Struct, frozen=True):
    person: PersonView
    organization: OrganizationView
    role: str
    administrator: bool
    signing_key: bytes | None
    practitioners: list[str]

    @classmethod
    def of(cls, me: Whoami) -> Self:
        return cls(
            person=PersonView.of(me.person),
            organization=OrganizationView.of(me.organization),
            role=me.person.role,
            administrator=me.person.administrator,
            signing_key=me.key.public_key if me.key else None,
            practitioners=me.practitioners,
        )
