"""A tender in a list of a page."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from sunseal.tenders import phases
from sunseal.tenders.models import Tender
from sunseal.tenders.phases import Phase


class Line(Struct, frozen=True, kw_only=True):
    """A tender in a list."""

    id: UUID
    reference: str
    title: str
    party: str
    deadline: datetime
    not_before: datetime
    phase: Phase

    @classmethod
    def of(cls, tender: Tender, now: datetime) -> "Line":
        return cls(
            id=tender.id,
            reference=tender.reference,
            title=tender.title,
            party=tender.tendering_party_name,
            deadline=tender.deadline,
            not_before=tender.not_before,
            phase=phases.of(tender, now),
        )
