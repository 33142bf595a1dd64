"""Looking firms and their people up in the lists' local copies.

A query to the list's owner would tell who is bidding, so nothing here leaves the database.
"""

from uuid import UUID

from sunseal.database import Role, UnitOfWork
from sunseal.screening import rules
from sunseal.screening.models import ListEntry, Screening, TenderScreening
from sunseal.screening.repository import ListRepository, ScreeningRepository
from sunseal.screening.rules import Finding, Result, Source, Subject
from sunseal.screening.service.imports import sources
from sunseal.screening.service.similar import similar


def check_organization(uow: UnitOfWork, organization_id: UUID) -> Screening | None:
    """Screens a firm as such; None when it is no bidder."""
    uow.require(Role.WORKER)
    result = _check(uow, organization_id)
    if result is None:
        return None
    row = Screening(
        organization_id=organization_id,
        at=uow.now,
        decision=result.decision.value,
        sentence=result.sentence,
        evidence=result.evidence,
    )
    ScreeningRepository(uow.session).add(row)
    return row


def check_all(uow: UnitOfWork) -> None:
    """Screens every firm: after a new list, and each night.

    All of them, so that what the desk is shown never says who is bidding.
    """
    uow.require(Role.WORKER)
    for organization_id in ScreeningRepository(uow.session).firms():
        check_organization(uow, organization_id)


def check_submission(uow: UnitOfWork, submission_id: UUID) -> None:
    """Screens whoever made a sealed statement; the result is sealed as well."""
    uow.require(Role.WORKER)
    place = ScreeningRepository(uow.session).submission_place(submission_id)
    if place is not None:
        check_tenderer(uow, *place)


def check_tenderer(
    uow: UnitOfWork, tender_id: UUID, envelope: str, organization_id: UUID
) -> TenderScreening:
    """Screens a bidder for one envelope; a result that is as before is not stored again."""
    uow.require(Role.WORKER)
    results = ScreeningRepository(uow.session)
    result = _check(uow, organization_id)
    assert result is not None
    before = results.latest_for(tender_id, envelope, organization_id)
    if before is not None and _same(before, result):
        return before
    row = TenderScreening(
        tender_id=tender_id,
        envelope=envelope,
        organization_id=organization_id,
        at=uow.now,
        decision=result.decision.value,
        sentence=result.sentence,
        evidence=result.evidence,
    )
    results.add(row)
    return row


def subjects_of(uow: UnitOfWork, organization_id: UUID) -> list[Subject]:
    """The firm, its legal representative, and the practitioners on its roster."""
    repository = ScreeningRepository(uow.session)
    firm = repository.organization(organization_id)
    if firm is None or firm.kind != "bidder":
        return []
    found = [Subject(firm.id, "firm", "company", firm.name, firm.uscc)]
    if firm.legal_representative:
        found.append(Subject(firm.id, "legal representative", "person", firm.legal_representative))
    found += [
        Subject(firm.id, "practitioner", "person", name)
        for name in repository.practitioners(firm.id)
    ]
    return found


def findings_in(
    uow: UnitOfWork, source: Source, subjects: list[Subject], verdicts: dict[bytes, str]
) -> list[Finding]:
    if source.snapshot is None:
        return []
    entries = _entries(uow, source.source.code, source.snapshot.id, subjects)
    today = rules.today(uow.now)
    return [
        found
        for entry in entries
        if rules.in_force(entry, today)
        for subject in subjects
        if (found := rules.concerns(subject, source.source.code, entry, verdicts)) is not None
    ]


def _entries(
    uow: UnitOfWork, source: str, snapshot_id: UUID, subjects: list[Subject]
) -> list[ListEntry]:
    """By identifier and equal key in a list of any length; by like names in what has no more."""
    identifiers = [subject.identifier for subject in subjects if subject.identifier]
    keys = [subject.name_key for subject in subjects]
    exact = ListRepository(uow.session).matching(snapshot_id, identifiers, keys)
    alike = similar(uow.session, source, snapshot_id, subjects)
    entries = {entry.id: entry for entry in [*exact, *alike]}
    return sorted(entries.values(), key=lambda entry: (entry.reference, entry.id))


def _check(uow: UnitOfWork, organization_id: UUID) -> Result | None:
    subjects = subjects_of(uow, organization_id)
    if not subjects:
        return None
    verdicts = {
        verdict.scope: verdict.verdict
        for verdict in ScreeningRepository(uow.session).verdicts(organization_id)
    }
    lists, effects = sources(uow), ListRepository(uow.session).effects()
    findings = [
        rules.graded(found, effects)
        for source in lists
        for found in findings_in(uow, source, subjects, verdicts)
    ]
    return rules.decide(lists, findings)


def _same(before: TenderScreening, result: Result) -> bool:
    return (before.decision, before.sentence, before.evidence) == (
        result.decision.value,
        result.sentence,
        result.evidence,
    )
