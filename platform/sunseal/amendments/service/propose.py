"""Two people, two organizations, two keys: one proposes to move the timetable, one confirms it.

Neither of them can move anything: from the confirmation on it is for the custodians to agree.
"""

from datetime import datetime
from uuid import UUID

from sunseal.amendments import rules
from sunseal.amendments.errors import (
    AlreadyConfirmed,
    BadAmendment,
    NoSuchAmendment,
    NotAnother,
    ProposalOver,
)
from sunseal.amendments.models import Amendment, Confirmation
from sunseal.amendments.repository import AmendmentRepository
from sunseal.amendments.service.facts import Facts, facts
from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.organizations.repository import OrganizationRepository
from sunseal.tenders import service as tenders
from sunseal.tenders.models import Tender
from sunseal.tenders.repository import TenderRepository
from sunseal_crypto import amendment as amendments
from sunseal_crypto.amendment import Timetable
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.spelling import base64_text, time_text

PROPOSERS = (Role.TENDERING_PARTY, Role.AGENT)
CONFIRMER = Role.CENTRE


def propose(
    uow: UnitOfWork, tender_id: UUID, envelope: str, body: bytes, signature: bytes
) -> Amendment:
    """One person's wish to postpone, which does nothing by itself and ends after a day.

    Raises Forbidden, NotFound, Refused, BadAmendment.
    """
    uow.require(*PROPOSERS)
    tender, known = _running(uow, tender_id, envelope)
    rules.check_amender(tender.id, known.agreed, 0, _own_key(uow))
    try:
        wish = amendments.parse(body)
        amendments.check_place(wish, known.agreed)
        amendments.verify_signature(body, known.agreed, 0, signature)
        amendments.check_follows(wish, _current(uow, tender, envelope))
    except CryptoError as error:
        raise BadAmendment(str(error)) from None
    made = Amendment(
        tender_id=tender.id,
        envelope=envelope,
        number=wish.number,
        body=body,
        digest=amendments.digest(body),
        deadline=wish.deadline,
        not_before=wish.not_before,
        signature=signature,
        proposed_by=uow.person_id,
    )
    _check_new(uow, made)
    made.entry_id = _log(uow, "amendment.propose", made, wish.reason)
    AmendmentRepository(uow.session).add(made)
    return made


def confirm(uow: UnitOfWork, amendment_id: UUID, signature: bytes) -> Confirmation:
    """Another person's word. Saying it again changes nothing.

    Raises Forbidden, NotFound, Refused, BadAmendment.
    """
    uow.require(CONFIRMER)
    repository = AmendmentRepository(uow.session)
    wanted = repository.get(amendment_id)
    if wanted is None:
        raise NoSuchAmendment(amendment_id)
    tender, known = _running(uow, wanted.tender_id, wanted.envelope)
    _check_another(uow, wanted)
    rules.check_amender(tender.id, known.agreed, 1, _own_key(uow))
    said = _confirmed(repository, wanted)
    if said is not None:
        return said
    if wanted.expires_at <= uow.now:
        raise ProposalOver(wanted.id)
    try:
        wish = amendments.parse(wanted.body)
        amendments.verify_signature(wanted.body, known.agreed, 0, wanted.signature)
        amendments.verify_signature(wanted.body, known.agreed, 1, signature)
        amendments.check_follows(wish, _current(uow, tender, wanted.envelope))
    except CryptoError as error:
        raise BadAmendment(str(error)) from None
    made = Confirmation(
        amendment_id=wanted.id,
        tender_id=wanted.tender_id,
        envelope=wanted.envelope,
        number=wanted.number,
        signature=signature,
        confirmed_by=uow.person_id,
        entry_id=_log(uow, "amendment.confirm", wanted, wish.reason),
    )
    repository.confirm(made)
    return made


def _running(uow: UnitOfWork, tender_id: UUID, envelope: str) -> tuple[Tender, Facts]:
    """The tender, locked, by the clock under its lock. Raises NotFound, Forbidden, NotRunning."""
    tender = tenders.writable(uow, tender_id)
    now: datetime = TenderRepository(uow.session).clock()
    rules.check_running(tender.id, tender.status, tender.deadline, now)
    return tender, facts(uow, tender.id, envelope)


def _own_key(uow: UnitOfWork) -> bytes | None:
    key = OrganizationRepository(uow.session).key_in_force(uow.organization_id)
    return None if key is None else key.public_key


def _current(uow: UnitOfWork, tender: Tender, envelope: str) -> Timetable:
    """As the desk sees it; the worker and the custodians go by the log."""
    confirmed = AmendmentRepository(uow.session).confirmed(tender.id, envelope)
    last = [each.row for each in confirmed if each.since is not None][-1:]
    digest = last[0].digest if last else b""
    return Timetable(tender.deadline, tender.not_before, last[0].number if last else 0, digest)


def _check_new(uow: UnitOfWork, made: Amendment) -> None:
    """Raises AlreadyConfirmed: what custodians are being asked about is not replaced."""
    confirmed = AmendmentRepository(uow.session).confirmed(made.tender_id, made.envelope)
    if any(each.row.number == made.number for each in confirmed):
        raise AlreadyConfirmed(made.number)


def _confirmed(repository: AmendmentRepository, wanted: Amendment) -> Confirmation | None:
    """The word that was given before. Raises AlreadyConfirmed when another one took the number."""
    for each in repository.confirmed(wanted.tender_id, wanted.envelope):
        if each.row.id == wanted.id:
            return each.confirmation
        if each.row.number == wanted.number:
            raise AlreadyConfirmed(wanted.number)
    return None


def _check_another(uow: UnitOfWork, wanted: Amendment) -> None:
    person = OrganizationRepository(uow.session).person(wanted.proposed_by)
    if person is None or person.organization_id == uow.organization_id:
        raise NotAnother(wanted.id)


def _log(uow: UnitOfWork, action: str, made: Amendment, reason: str) -> UUID:
    data = {
        "amendment": base64_text(made.digest),
        "number": str(made.number),
        "deadline": time_text(made.deadline),
        "not_before": time_text(made.not_before),
    }
    place = f"tender/{made.tender_id}/envelope/{made.envelope}"
    return audit.record(uow, action, place, reason=reason, tender_id=made.tender_id, data=data).id
