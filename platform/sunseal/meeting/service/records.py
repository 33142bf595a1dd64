"""The opening records that minutes rest on."""

from uuid import UUID

from sunseal.database import UnitOfWork
from sunseal.meeting.acts import RecordRef, digest
from sunseal.meeting.repository import MeetingRepository
from sunseal.opening.models import Record


def newest(uow: UnitOfWork, tender_id: UUID) -> list[RecordRef]:
    """The last record of each envelope."""
    rows = {row.envelope: row for row in MeetingRepository(uow.session).records(tender_id)}
    return [ref_of(row) for row in rows.values()]


def ref_of(row: Record) -> RecordRef:
    return RecordRef(row.envelope, row.number, digest(row.body))
