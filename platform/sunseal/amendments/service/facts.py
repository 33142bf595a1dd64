"""What an amendment is judged by: the terms of the key, the roster, and what is in force."""

from dataclasses import dataclass
from uuid import UUID

from sunseal.amendments.repository import AmendmentRepository, Confirmed
from sunseal.audit import service as audit
from sunseal.custody.errors import NoCertificate
from sunseal.custody.repository import CeremonyRepository
from sunseal.database import UnitOfWork
from sunseal_crypto import amendment as amendments
from sunseal_crypto import roster as rosters
from sunseal_crypto import terms as agreements
from sunseal_crypto.amendment import ShownAmendment, SignedAmendment, Timetable
from sunseal_crypto.entry import LoggedEntry
from sunseal_crypto.roster import Roster
from sunseal_crypto.terms import Terms


@dataclass(frozen=True, slots=True)
class Facts:
    agreed: Terms
    roster: Roster


def facts(uow: UnitOfWork, tender_id: UUID, envelope: str) -> Facts:
    """What the custodians of the envelope's key agreed to. Raises NoCertificate."""
    ceremony = CeremonyRepository(uow.session).completed(tender_id, envelope)
    if ceremony is None:
        raise NoCertificate(tender_id, envelope)
    return Facts(agreements.parse(ceremony.terms), rosters.parse(ceremony.roster))


def signed(found: Confirmed) -> SignedAmendment:
    return SignedAmendment(found.row.body, [found.row.signature, found.confirmation.signature])


def in_force(
    uow: UnitOfWork, tender_id: UUID, envelope: str
) -> tuple[Timetable, list[ShownAmendment]]:
    """The timetable, and the amendments that made it, each checked again. Raises CryptoError.

    For those who can read the log's entries. Whether a row says that an amendment is in force
    does not count: what counts are signatures and ticks, for us as for everybody.
    """
    known = facts(uow, tender_id, envelope)
    current, shown = Timetable.of(known.agreed), []
    for each in AmendmentRepository(uow.session).confirmed(tender_id, envelope):
        if each.since is None:
            break
        evidence = ShownAmendment(signed(each), logged(uow, each.row.id, current))
        current = apply(evidence, current, known)
        shown.append(evidence)
    return current, shown


def apply(evidence: ShownAmendment, current: Timetable, known: Facts) -> Timetable:
    """The timetable after one more amendment. Raises CryptoError while it is not in force."""
    digest = amendments.digest(evidence.signed.amendment)
    said = [amendments.said_in(each, digest, known.roster) for each in evidence.acknowledgements]
    return amendments.in_force(evidence.signed, current, said, known.agreed)


def logged(uow: UnitOfWork, amendment_id: UUID, current: Timetable) -> list[LoggedEntry]:
    """The acknowledgements that the log held before the deadline in force."""
    rows = AmendmentRepository(uow.session).logged(amendment_id, current.deadline)
    found = [audit.logged_entry(uow, row.entry_id) for row in rows]
    return [entry for entry in found if entry is not None]
