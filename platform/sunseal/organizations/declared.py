"""What a firm declares of itself and of those behind it, so that lists can be searched for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sunseal.database import UnitOfWork
from sunseal.organizations import rules
from sunseal.organizations.models import DeclaredOwner, FormerName, Organization, PersonNumber
from sunseal.organizations.repository import OrganizationRepository
from sunseal.screening import identity, names, person_ids
from sunseal.screening.number_repository import NumberRepository
from sunseal.screening.person_ids import NoPersonKey, Ring
from sunseal.screening.sealed_numbers import seal


@dataclass(frozen=True, slots=True)
class NewOwner:
    """`identifier` is a company's; a person's number is `number`."""

    kind: names.Kind
    name: str
    identifier: str = ""
    country: str = identity.HOME
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Declared:
    """Beyond name and credit code. A firm from abroad has a register's number instead of a code."""

    country: str = identity.HOME
    registration_number: str = ""
    former_names: Sequence[str] = ()
    owners: Sequence[NewOwner] = ()
    legal_representative_id: str = field(default="", repr=False)

    @property
    def texts(self) -> list[str]:
        """What is stored as it was typed."""
        owners = [text for each in self.owners for text in (each.name, each.identifier)]
        return [self.registration_number, *self.former_names, *owners]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How this installation takes people's numbers in; with no ring it takes none."""

    ring: Ring | None
    recipient: str

    def take(self, uow: UnitOfWork, owner: UUID, organization_id: UUID, number: str) -> None:
        """Raises InvalidPersonId, NoPersonKey."""
        plain = rules.check_person_id(number)
        if self.ring is None:
            raise NoPersonKey()
        row = PersonNumber(
            owner=owner,
            organization_id=organization_id,
            mask=person_ids.mask(plain),
            sealed=seal(self.recipient, owner, plain),
        )
        OrganizationRepository(uow.session).add(row)
        NumberRepository(uow.session).add(owner, plain, self.ring)


NOTHING = Declared()
NONE = Numbers(None, "")


def declare(uow: UnitOfWork, firm: Organization, declared: Declared, numbers: Numbers) -> None:
    """Raises InvalidUscc, InvalidPersonId, NoPersonKey."""
    repository = OrganizationRepository(uow.session)
    for name in dict.fromkeys(declared.former_names):
        repository.add(FormerName(organization_id=firm.id, name=name))
    if declared.legal_representative_id:
        numbers.take(uow, firm.id, firm.id, declared.legal_representative_id)
    for each in declared.owners:
        owner = _owner(uow, firm.id, each)
        repository.add(owner)
        if each.kind == "person" and each.number:
            numbers.take(uow, owner.id, firm.id, each.number)


def _owner(uow: UnitOfWork, organization_id: UUID, new: NewOwner) -> DeclaredOwner:
    return DeclaredOwner(
        id=uuid4(),
        organization_id=organization_id,
        subject=new.kind,
        name=new.name,
        identifier=rules.check_owner(new.kind, new.country, new.identifier),
        country=new.country,
        declared_at=uow.now,
    )
