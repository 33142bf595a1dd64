"""Two people's verdict on one firm and one entry."""

from uuid import UUID, uuid4

from sunseal import outbox
from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.screening import rules
from sunseal.screening.errors import (
    AlreadyConfirmed,
    NoSuchAdjudication,
    NoSuchEntry,
    SamePerson,
)
from sunseal.screening.models import Adjudication, Confirmation
from sunseal.screening.repository import ScreeningRepository
from sunseal.screening.rules import Decision, Finding
from sunseal.screening.service.check import findings_in, subjects_of
from sunseal.screening.service.imports import sources

CHECK = "screening.check_organization"


def propose(
    uow: UnitOfWork,
    organization_id: UUID,
    source: str,
    reference: str,
    verdict: Decision,
    reason: str,
) -> list[Adjudication]:
    """One proposal for each of the firm's subjects whom the entry may concern.

    Raises Forbidden, NoSuchEntry.
    """
    uow.require(Role.CENTRE, Role.SUPERVISOR)
    found = _concerned(uow, organization_id, source, reference)
    if not found:
        raise NoSuchEntry(source, reference)
    proposals = [
        Adjudication(
            id=uuid4(),
            organization_id=organization_id,
            source=source,
            reference=reference,
            scope=rules.scope(finding.subject, source, finding.entry),
            verdict=verdict.value,
            reason=reason,
            proposed_by=uow.person_id,
            proposed_at=uow.now,
        )
        for finding in found
    ]
    for proposal in proposals:
        ScreeningRepository(uow.session).add(proposal)
        _log(uow, proposal, "proposed")
    return proposals


def confirm(uow: UnitOfWork, adjudication_id: UUID) -> Adjudication:
    """A supervisor's confirmation of somebody else's proposal; from here on it counts.

    Raises Forbidden, NoSuchAdjudication, SamePerson, AlreadyConfirmed.
    """
    uow.require(Role.SUPERVISOR)
    repository = ScreeningRepository(uow.session)
    adjudication = repository.adjudication(adjudication_id)
    if adjudication is None:
        raise NoSuchAdjudication(adjudication_id)
    if adjudication.proposed_by == uow.person_id:
        raise SamePerson()
    if repository.confirmation(adjudication_id) is not None:
        raise AlreadyConfirmed(adjudication_id)
    repository.add(
        Confirmation(
            adjudication_id=adjudication_id, confirmed_by=uow.person_id, confirmed_at=uow.now
        )
    )
    _log(uow, adjudication, "confirmed")
    outbox.add(uow, CHECK, adjudication.organization_id)
    return adjudication


def _concerned(
    uow: UnitOfWork, organization_id: UUID, source: str, reference: str
) -> list[Finding]:
    subjects = subjects_of(uow, organization_id)
    lists = [each for each in sources(uow) if each.source.code == source]
    return [
        found
        for each in lists
        for found in findings_in(uow, each, subjects, {})
        if found.entry.reference == reference
    ]


def _log(uow: UnitOfWork, adjudication: Adjudication, step: str) -> None:
    audit.record(
        uow,
        "screening.decision",
        f"organization/{adjudication.organization_id}",
        reason=adjudication.reason,
        data={"step": step, "verdict": adjudication.verdict, "entry": adjudication.reference},
    )
