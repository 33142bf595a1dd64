"""A tender on its way from draft to the end, one status at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from sunseal import outbox
from sunseal.audit import service as audit
from sunseal.database import UnitOfWork
from sunseal.tenders import rules
from sunseal.tenders.models import Tender
from sunseal.tenders.repository import DocumentRepository, TenderRepository
from sunseal.tenders.rules import Status
from sunseal.tenders.service.draft import timetable, writable
from sunseal.tenders.service.read import get
from sunseal_crypto import canonical
from sunseal_crypto.notice import Notice, NoticeDocument, NoticeEnvelope

OPEN_GATE = "custody.open_gate"
CANCEL_GATE = "custody.cancel_gate"


@dataclass(frozen=True, slots=True)
class EnvelopeKey:
    """What an envelope gets when the tender is published."""

    recipient: str
    certificate: bytes


def fix(uow: UnitOfWork, tender: Tender, origin: str, roster: bytes) -> bytes:
    """Writes the notice of a locked draft; `roster` is its SHA-256. Raises WrongStatus, Refused."""
    rules.check_step(tender.id, tender.status, Status.CEREMONY)
    check_timetable(uow, tender)
    tender.notice = canonical.encode(_notice(uow, tender, origin, roster))
    tender.status = Status.CEREMONY.value
    uow.session.flush()  # the ceremonies that follow are for a notice that is already fixed
    return tender.notice


def request_publication(uow: UnitOfWork, tender: Tender) -> None:
    """Asks the worker to open the box, which no desk role may do. Asking again changes nothing.

    Until the worker has done so, a second or so later, the tender is still `ceremony`, and its view
    says `publishing`. Raises WrongStatus, Refused.
    """
    rules.check_step(tender.id, tender.status, Status.PUBLISHED)
    check_timetable(uow, tender)
    if tender.publish_requested_at is not None:
        return
    tender.publish_requested_at = uow.now
    outbox.add(uow, OPEN_GATE, tender.id)
    audit.record(uow, "tender.publish", f"tender/{tender.id}", tender_id=tender.id)


def check_timetable(uow: UnitOfWork, tender: Tender) -> None:
    """Whether the documents may be issued now. Raises BadTender, Refused."""
    rules.check_timetable(timetable(tender), uow.now)


def publish(uow: UnitOfWork, tender: Tender, keys: Mapping[str, EnvelopeKey]) -> None:
    """The worker's part: envelopes get keys, everybody sees the tender. Raises WrongStatus."""
    rules.check_step(tender.id, tender.status, Status.PUBLISHED)
    for envelope in TenderRepository(uow.session).envelopes(tender.id):
        envelope.recipient = keys[envelope.name].recipient
        envelope.certificate = keys[envelope.name].certificate
    tender.status = Status.PUBLISHED.value
    tender.published_at = uow.now


def advance(uow: UnitOfWork, tender_id: UUID, to: Status) -> None:
    """The worker's word that the box was closed, opened, or failed. Repeating it changes nothing.

    Raises NoSuchTender, WrongStatus.
    """
    tender = get(uow, tender_id)
    TenderRepository(uow.session).lock(tender)
    if tender.status == to:
        return
    rules.check_step(tender.id, tender.status, to)
    tender.status = to.value


def cancel(uow: UnitOfWork, tender_id: UUID, reason: str) -> Tender:
    """Ends a tender before its opening. Raises NoSuchTender, Forbidden, WrongStatus, TimePassed."""
    tender = writable(uow, tender_id)
    # By the clock under the tender's lock: the opening takes it too, and has asked or sees this.
    now = TenderRepository(uow.session).clock()
    rules.may_cancel(tender.id, tender.status, tender.not_before, now)
    if tender.publish_requested_at is not None:
        outbox.add(uow, CANCEL_GATE, tender.id)
    tender.status = Status.CANCELLED.value
    tender.cancelled_at = uow.now
    tender.cancel_reason = reason
    audit.record(
        uow, "tender.cancel", f"tender/{tender.id}", tender_id=tender.id, data={"reason": reason}
    )
    return tender


def is_cancelled(uow: UnitOfWork, tender_id: UUID) -> bool:
    """Asked with the tender's lock, which is kept: nobody cancels it before this unit ends."""
    tender = get(uow, tender_id)
    TenderRepository(uow.session).lock(tender)
    return tender.status == Status.CANCELLED


def _notice(uow: UnitOfWork, tender: Tender, origin: str, roster: bytes) -> Notice:
    documents = DocumentRepository(uow.session).of_tender(tender.id)
    envelopes = TenderRepository(uow.session).envelopes(tender.id)
    return Notice(
        version="sunseal/notice/v1",
        origin=origin,
        tender=str(tender.id),
        reference=tender.reference,
        title=tender.title,
        summary=tender.summary,
        tendering_party=tender.tendering_party_name,
        agent=tender.agent_name,
        statutory=tender.statutory,
        deadline=tender.deadline.astimezone(UTC),
        not_before=tender.not_before.astimezone(UTC),
        minimum_bids=tender.minimum_bids,
        currency=tender.currency,
        ceiling_price=tender.ceiling_price,
        threshold=tender.threshold,
        box_size=tender.box_size,
        documents=[NoticeDocument(each.name, each.size, each.sha256) for each in documents],
        envelopes=[NoticeEnvelope(each.name, each.lot, each.part) for each in envelopes],  # type: ignore[arg-type]
        roster=roster,
    )
