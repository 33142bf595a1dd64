"""Whom to look for when a firm is screened: the firm itself, and whoever stands behind it."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from sunseal.database import Role, UnitOfWork
from sunseal.organizations.models import Organization
from sunseal.screening.identity import Number
from sunseal.screening.number_repository import NumberRepository
from sunseal.screening.repository import ScreeningRepository
from sunseal.screening.rules import Subject


def subjects_of(uow: UnitOfWork, organization_id: UUID) -> list[Subject]:
    """The firm by all its names, its legal representative, declared owners and practitioners."""
    repository = ScreeningRepository(uow.session)
    firm = repository.organization(organization_id)
    if firm is None or firm.kind != "bidder":
        return []
    numbers = _numbers(uow, organization_id)
    return [*_firm(repository, firm), *_people(repository, firm, numbers)]


def _firm(repository: ScreeningRepository, firm: Organization) -> Iterator[Subject]:
    identifier = firm.uscc or firm.registration_number
    named = [("firm", firm.name)]
    named += [("firm, by a former name", name) for name in repository.former_names(firm.id)]
    for role, name in named:
        yield Subject(firm.id, role, "company", name, identifier, firm.country)


def _people(
    repository: ScreeningRepository, firm: Organization, numbers: Mapping[UUID, Number]
) -> Iterator[Subject]:
    if name := firm.legal_representative:
        yield _person(firm.id, "legal representative", name, firm.id, numbers)
    for owner in repository.owners(firm.id):
        if owner.subject == "person":
            yield _person(firm.id, "owner", owner.name, owner.id, numbers)
        else:
            yield Subject(
                firm.id, "owner", "company", owner.name, owner.identifier, owner.country, None
            )
    for each in repository.practitioners(firm.id):
        yield _person(firm.id, "practitioner", each.name, each.id, numbers)


def _person(
    firm: UUID, role: str, name: str, bearer: UUID, numbers: Mapping[UUID, Number]
) -> Subject:
    return Subject(firm, role, "person", name, number=numbers.get(bearer), bearer=bearer)


def _numbers(uow: UnitOfWork, organization_id: UUID) -> dict[UUID, Number]:
    """By bearer. Only the worker compares digests; staff see masks, and what the worker found."""
    repository = NumberRepository(uow.session)
    masks = repository.masks(organization_id)
    digests = repository.digests(masks) if uow.actor.role is Role.WORKER else {}
    return {bearer: Number(mask, digests.get(bearer, {})) for bearer, mask in masks.items()}
