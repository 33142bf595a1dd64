"""From a finished ceremony to an open box: asked for at a desk, done by the worker."""

from uuid import UUID

from sunseal.custody.errors import CeremonyIncomplete
from sunseal.custody.models import Ceremony
from sunseal.custody.repository import CeremonyRepository
from sunseal.database import Role, UnitOfWork
from sunseal.errors import Refused
from sunseal.tenders import service as tenders
from sunseal.tenders.models import Tender
from sunseal.tenders.repository import TenderRepository
from sunseal.tenders.rules import Status
from sunseal.tenders.service.progress import EnvelopeKey as PublishedKey
from sunseal_crypto import certificate, notice
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.errors import Unverified


def publish(uow: UnitOfWork, tender_id: UUID) -> Tender:
    """Asks for publication, which follows once the worker has opened the box.

    Raises NoSuchTender, Forbidden, WrongStatus, CeremonyIncomplete, Refused.
    """
    tender = tenders.writable(uow, tender_id)
    keyless = [
        envelope.name
        for envelope in tenders.envelopes(uow, tender.id)
        if CeremonyRepository(uow.session).completed(tender.id, envelope.name) is None
    ]
    if keyless and tender.status == Status.CEREMONY:
        raise CeremonyIncomplete(tender.id, keyless)
    tenders.request_publication(uow, tender)
    return tender


def open_gate(uow: UnitOfWork, tender_id: UUID) -> None:
    """The worker opens the box and publishes the tender; again is harmless.

    If the worker was away so long that the timetable is no longer lawful, the request is dropped:
    the tender stays unpublished, and publishing it again says why.
    """
    uow.require(Role.WORKER)
    tender = tenders.get(uow, tender_id)
    TenderRepository(uow.session).lock(tender)
    if tender.status != Status.CEREMONY or tender.publish_requested_at is None:
        return
    try:
        tenders.check_timetable(uow, tender)
    except Refused:
        tender.publish_requested_at = None
        return
    keys = {}
    for envelope in tenders.envelopes(uow, tender.id):
        ceremony, key = _verified(uow, tender, envelope.name)
        _open(uow, ceremony, key)
        keys[envelope.name] = PublishedKey(key.recipient, _certificate(ceremony))
    tenders.publish(uow, tender, keys)


def cancel_gate(uow: UnitOfWork, tender_id: UUID) -> None:
    """The worker shuts the box of a cancelled tender; again is harmless."""
    uow.require(Role.WORKER)
    if tenders.get(uow, tender_id).status == Status.CANCELLED:
        CeremonyRepository(uow.session).cancel_gates(tender_id)


def _verified(uow: UnitOfWork, tender: Tender, envelope: str) -> tuple[Ceremony, EnvelopeKey]:
    """Raises CeremonyIncomplete, CryptoError."""
    ceremony = CeremonyRepository(uow.session).completed(tender.id, envelope)
    if ceremony is None:
        raise CeremonyIncomplete(tender.id, [envelope])
    # What was stored is not believed again without being checked again, and only for exactly what
    # this tender's notice says: the box closes and opens by the terms of its key.
    key = certificate.verify(_certificate(ceremony), ceremony.roster)
    said = notice.check_terms(tender.notice or b"", key.terms)
    if (said.tender, key.terms.envelope) != (str(tender.id), envelope):
        raise Unverified("the certificate is for another envelope")
    return ceremony, key


def _certificate(ceremony: Ceremony) -> bytes:
    assert ceremony.certificate is not None
    return ceremony.certificate


def _open(uow: UnitOfWork, ceremony: Ceremony, key: EnvelopeKey) -> None:
    CeremonyRepository(uow.session).open_gate(
        {
            "tender_id": ceremony.tender_id,
            "envelope": key.terms.envelope,
            "deadline": key.terms.deadline,
            "not_before": key.terms.not_before,
            "minimum_bids": key.terms.minimum_bids,
            "box_size": key.terms.box_size,
            "terms": ceremony.terms,
            "recipient": key.recipient,
            "key_id": key.id,
        }
    )
