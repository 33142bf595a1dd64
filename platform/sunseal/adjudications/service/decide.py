"""Two people's verdict on one firm and one entry.

It is about the hash of both, so it lapses when either changes, also between proposal and
confirmation.
"""

from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError, InternalError

from sunseal import outbox
from sunseal.adjudications import rules
from sunseal.adjudications.errors import AlreadyDecided, Lapsed, NoSuchAdjudication, NoSuchEntry
from sunseal.adjudications.models import Rejection
from sunseal.adjudications.repository import AdjudicationRepository
from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.screening import person_ids
from sunseal.screening.models import Adjudication, Confirmation
from sunseal.screening.rules import Decision, Finding
from sunseal.screening.rules import scope as scope_of
from sunseal.screening.service.check import findings_in
from sunseal.screening.service.imports import sources
from sunseal.screening.subjects import subjects_of

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

    Raises Forbidden, PartyToATender, NoSuchEntry.
    """
    uow.require(Role.CENTRE, Role.SUPERVISOR)
    check_reviewer(uow)
    found = concerned(uow, organization_id, source, reference)
    if not found:
        raise NoSuchEntry(source, reference)
    scopes = dict.fromkeys(scope_of(each.subject, source, each.entry) for each in found)
    return [
        add_proposal(uow, organization_id, source, reference, scope, verdict, reason)
        for scope in scopes
    ]


def confirm(uow: UnitOfWork, adjudication_id: UUID) -> Adjudication:
    """A supervisor's confirmation of somebody else's proposal; from here on it counts.

    Raises Forbidden, PartyToATender, NoSuchAdjudication, SamePerson, AlreadyDecided, Lapsed.
    """
    adjudication = _undecided(uow, adjudication_id)
    rules.check_another(uow.person_id, {adjudication.proposed_by})
    found = concerned(
        uow, adjudication.organization_id, adjudication.source, adjudication.reference
    )
    now = {scope_of(each.subject, each.source, each.entry) for each in found}
    if bytes(adjudication.scope) not in now:
        raise Lapsed(adjudication_id)
    row = Confirmation(
        adjudication_id=adjudication_id, confirmed_by=uow.person_id, confirmed_at=uow.now
    )
    _end(uow, row)
    _log(uow, adjudication, "confirmed")
    outbox.add(uow, CHECK, adjudication.organization_id)
    return adjudication


def reject(uow: UnitOfWork, adjudication_id: UUID, reason: str) -> Adjudication:
    """A supervisor's no to a proposal, or the proposer's own; the candidate is open again.

    Raises Forbidden, PartyToATender, NoSuchAdjudication, AlreadyDecided.
    """
    adjudication = _undecided(uow, adjudication_id)
    row = Rejection(
        adjudication_id=adjudication_id,
        reason=person_ids.redact(reason),
        rejected_by=uow.person_id,
        rejected_at=uow.now,
    )
    _end(uow, row)
    _log(uow, adjudication, "rejected")
    return adjudication


def check_reviewer(uow: UnitOfWork) -> None:
    """Raises PartyToATender."""
    repository = AdjudicationRepository(uow.session)
    rules.check_reviewer(repository.has_running_tender(uow.organization_id))


def add_proposal(
    uow: UnitOfWork,
    organization_id: UUID,
    source: str,
    reference: str,
    scope: bytes,
    verdict: Decision,
    reason: str,
) -> Adjudication:
    proposal = Adjudication(
        id=uuid4(),
        organization_id=organization_id,
        source=source,
        reference=reference,
        scope=scope,
        verdict=verdict.value,
        reason=person_ids.redact(reason),
        proposed_by=uow.person_id,
        proposed_at=uow.now,
    )
    AdjudicationRepository(uow.session).add(proposal)
    _log(uow, proposal, "proposed")
    return proposal


def concerned(uow: UnitOfWork, organization_id: UUID, source: str, reference: str) -> list[Finding]:
    """What the lists in force say now about this firm and this entry."""
    subjects = subjects_of(uow, organization_id)
    lists = [each for each in sources(uow) if each.source.code == source]
    return [
        found
        for each in lists
        for found in findings_in(uow, each, subjects, {})
        if found.entry.reference == reference
    ]


def _undecided(uow: UnitOfWork, adjudication_id: UUID) -> Adjudication:
    uow.require(Role.SUPERVISOR)
    check_reviewer(uow)
    repository = AdjudicationRepository(uow.session)
    adjudication = repository.adjudication(adjudication_id)
    if adjudication is None:
        raise NoSuchAdjudication(adjudication_id)
    ended = repository.confirmation(adjudication_id) or repository.rejection(adjudication_id)
    if ended is not None:
        raise AlreadyDecided(adjudication_id)
    return adjudication


def _end(uow: UnitOfWork, row: Confirmation | Rejection) -> None:
    """The database lets a proposal end once, also for two who decide in the same moment."""
    try:
        AdjudicationRepository(uow.session).add(row)
    except (IntegrityError, InternalError):
        raise AlreadyDecided(row.adjudication_id) from None


def _log(uow: UnitOfWork, adjudication: Adjudication, step: str) -> None:
    audit.record(
        uow,
        "screening.decision",
        f"organization/{adjudication.organization_id}",
        reason=adjudication.reason,
        data={
            "adjudication": str(adjudication.id),
            "step": step,
            "verdict": adjudication.verdict,
            "entry": adjudication.reference,
        },
    )
