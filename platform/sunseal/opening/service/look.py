"""What desks, the public and the hall see: what the opening released, and nothing before it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.opening import rules
from sunseal.opening.errors import NoSuchRelease, NotOpenedYet
from sunseal.opening.models import HallEvent, OpenedBid, OpenedDocument, Record
from sunseal.opening.repository import OpenedRepository
from sunseal.tenders import service as tenders

PARTIES = (Role.TENDERING_PARTY, Role.AGENT, Role.CENTRE, Role.SUPERVISOR)
EVENTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Opening:
    """One envelope as its newest record has it."""

    record: Record
    bids: list[OpenedBid]


@dataclass(frozen=True, slots=True)
class Pulse:
    """All that the hall shows before an opening."""

    now: datetime
    alive: list[str]


def look(uow: UnitOfWork, tender_id: UUID) -> list[Opening]:
    """The envelopes that were opened. Raises NoSuchTender, NotOpenedYet."""
    tenders.get(uow, tender_id)
    opened = OpenedRepository(uow.session)
    records = opened.last_records(tender_id)
    if not records:
        raise NotOpenedYet()
    return [Opening(record, opened.bids(tender_id, record.envelope)) for record in records]


def documents(uow: UnitOfWork, tender_id: UUID) -> list[OpenedDocument]:
    """For the tender's own parties and those who watch them. Raises Forbidden, NotOpenedYet."""
    uow.require(*PARTIES)
    tenders.get(uow, tender_id)
    opened = OpenedRepository(uow.session)
    if not opened.last_records(tender_id):
        raise NotOpenedYet()
    return opened.documents(tender_id)


def document(uow: UnitOfWork, tender_id: UUID, document_id: UUID) -> OpenedDocument:
    """Raises Forbidden, NotOpenedYet, NoSuchRelease, also for one that the caller may not see."""
    uow.require(*PARTIES)
    found = OpenedRepository(uow.session).document(document_id)
    if found is None or found.tender_id != tender_id:
        look(uow, tender_id)
        raise NoSuchRelease(document_id)
    audit.record(uow, "opening.document", f"tender/{tender_id}", tender_id=tender_id)
    return found


def hall_events(uow: UnitOfWork, tender_id: UUID, after: int) -> list[HallEvent]:
    """What happened in the hall after an event, in order. Raises NoSuchTender."""
    tenders.get(uow, tender_id)
    return OpenedRepository(uow.session).hall_events(tender_id, after, EVENTS_AT_ONCE)


def hall_pulse(uow: UnitOfWork) -> Pulse:
    return Pulse(uow.now, OpenedRepository(uow.session).alive(uow.now - rules.ALIVE))
