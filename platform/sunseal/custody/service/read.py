"""Reading what custody knows that is not for custodians alone."""

from dataclasses import dataclass
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.custody.errors import NoCertificate
from sunseal.custody.models import Ceremony, Presence
from sunseal.custody.repository import CeremonyRepository, PresenceRepository
from sunseal.database import UnitOfWork
from sunseal.tenders import service as tenders


@dataclass(frozen=True, slots=True)
class LoggedCertificate:
    """`receipt` is None until a checkpoint with enough cosignatures covers the entry."""

    certificate: bytes
    receipt: str | None


def certificate(uow: UnitOfWork, tender_id: UUID, envelope: str) -> LoggedCertificate:
    """Raises NoSuchTender, NoCertificate."""
    tenders.get(uow, tender_id)
    ceremony = CeremonyRepository(uow.session).completed(tender_id, envelope)
    if ceremony is None or ceremony.certificate is None or ceremony.certificate_entry is None:
        raise NoCertificate(tender_id, envelope)
    return LoggedCertificate(ceremony.certificate, audit.receipt(uow, ceremony.certificate_entry))


def attempts(uow: UnitOfWork, tender_id: UUID) -> list[Ceremony]:
    """All attempts at the tender's keys, by envelope. Raises NoSuchTender."""
    tenders.get(uow, tender_id)
    return CeremonyRepository(uow.session).of_tender(tender_id)


def presences(uow: UnitOfWork) -> list[Presence]:
    """When each custodian and witness was last heard of."""
    return PresenceRepository(uow.session).all()
