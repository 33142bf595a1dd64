"""What those see of a meeting who have a word in it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sunseal.database import UnitOfWork
from sunseal.meeting.course import Course
from sunseal.meeting.repository import MeetingRepository
from sunseal.meeting.service.enter import Place, come_in
from sunseal.opening.models import OpenedBid
from sunseal.organizations import service as organizations


@dataclass(frozen=True, slots=True)
class Meeting:
    """`me` is the person who asks; `key` is what his firm signs with, if he is a bidder."""

    place: Place
    course: Course
    bids: list[OpenedBid]
    me: UUID
    organization: UUID
    key: bytes | None
    now: datetime


def look(uow: UnitOfWork, tender_id: UUID) -> Meeting:
    """Raises what `come_in` raises."""
    place = come_in(uow, tender_id)
    repository = MeetingRepository(uow.session)
    key = organizations.whoami(uow).key if place.is_bidder else None
    return Meeting(
        place=place,
        course=Course.of(repository.acts(tender_id)),
        bids=repository.bids(tender_id),
        me=uow.person_id,
        organization=uow.organization_id,
        key=key.public_key if key is not None else None,
        now=uow.now,
    )
