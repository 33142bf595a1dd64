"""The opening records that minutes rest on."""

from uuid import UUID

from sunseal.database import UnitOfWork
from sunseal.meeting.acts import RecordRef, digest
from sunseal.opening.repository import OpenedRepository


def newest(uow: UnitOfWork, tender_id: UUID) -> list[RecordRef]:
    """The last record of each envelope."""
    rows = OpenedRepository(uow.session).last_records(tender_id)
    return [RecordRef(row.envelope, row.number, digest(row.body)) for row in rows]
