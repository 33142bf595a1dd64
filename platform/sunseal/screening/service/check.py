"""Looking firms and their people up in the lists' local copies.

A query to the list's owner would tell who is bidding, so nothing here leaves the database.
"""

from collections.abc import Mapping
from uuid import UUID

from sunseal.database import Role, UnitOfWork
from sunseal.screening import identity, rules
from sunseal.screening.identity import Number
from sunseal.screening.models import ListEntry, Screening, TenderScreening
from sunseal.screening.number_repository import NumberRepository
from sunseal.screening.repository import ListRepository, ScreeningRepository
from sunseal.screening.rules import Finding, Result, Source, Subject
from sunseal.screening.service.imports import sources
from sunseal.screening.service.similar import similar
from sunseal.screening.subjects import subjects_of


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


def findings_in(
    uow: UnitOfWork, source: Source, subjects: list[Subject], verdicts: dict[bytes, str]
) -> list[Finding]:
    if source.snapshot is None:
        return []
    entries = _entries(uow, source.source.code, source.snapshot.id, subjects)
    numbers = _numbers(uow, entries)
    found_before = _found_before(uow, subjects)
    today = rules.today(uow.now)
    found = []
    for entry in entries:
        for subject in subjects if rules.in_force(entry, today) else ():
            about = (subject, source.source.code, entry, verdicts, numbers.get(entry.id))
            known = (entry.id, rules.scope(subject, source.source.code, entry)) in found_before
            finding = rules.compare(*about) if known else rules.concerns(*about)
            if finding is not None:
                found.append(finding)
    return found


def _entries(
    uow: UnitOfWork, source: str, snapshot_id: UUID, subjects: list[Subject]
) -> list[ListEntry]:
    """By identifier and equal key in a list of any length; by like names in what has no more."""
    lists = ListRepository(uow.session)
    identifiers = [
        spelling
        for subject in subjects
        if subject.identifier
        for spelling in identity.spellings(subject.identifier)
    ]
    keys = [subject.name_key for subject in subjects]
    exact = lists.matching(snapshot_id, identifiers, keys)
    known = {entry for entry, _ in _found_before(uow, subjects)} | _by_number(
        uow, snapshot_id, subjects
    )
    alike = similar(uow.session, source, snapshot_id, subjects)
    same = lists.entries(snapshot_id, known)
    entries = {entry.id: entry for entry in [*exact, *same, *alike]}
    return sorted(entries.values(), key=lambda entry: (entry.reference, entry.id))


def _by_number(uow: UnitOfWork, snapshot_id: UUID, subjects: list[Subject]) -> set[UUID]:
    """Entries about people with the same number, under whatever name."""
    digests = [
        digest
        for subject in subjects
        if subject.number
        for digest in subject.number.digests.values()
    ]
    return set(NumberRepository(uow.session).listed(snapshot_id, digests)) if digests else set()


def _numbers(uow: UnitOfWork, entries: list[ListEntry]) -> Mapping[UUID, Number]:
    if uow.actor.role is not Role.WORKER:
        return {}
    return NumberRepository(uow.session).of_entries(entries)


def _found_before(uow: UnitOfWork, subjects: list[Subject]) -> set[tuple[UUID, bytes]]:
    """What the worker found last, for staff, who may compare no digests themselves."""
    if uow.actor.role is Role.WORKER or not subjects:
        return set()
    latest = ScreeningRepository(uow.session).latest(subjects[0].organization_id)
    found = latest.evidence["findings"] if latest else []
    return {(UUID(each["entry"]), bytes.fromhex(each["scope"])) for each in found}


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
