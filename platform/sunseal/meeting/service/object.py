"""An objection to the opening: by a bidder of this tender, or heard in the room by a clerk."""

from uuid import UUID

from sunseal.database import UnitOfWork
from sunseal.meeting import rules
from sunseal.meeting.acts import Objection
from sunseal.meeting.errors import NotNamed, OutsideTheTender
from sunseal.meeting.repository import MeetingRepository
from sunseal.meeting.service.enter import Place, come_in, enter, take_turn, words
from sunseal.organizations import service as organizations


def raise_objection(
    uow: UnitOfWork, tender_id: UUID, text: str, organization_id: UUID | None = None
) -> Objection:
    """`organization_id` is whose objection a clerk enters; a bidder speaks for its own firm alone.

    Raises OutsideTheTender, NotNamed, NoPeriodYet, ObjectionsOver, NoWords.
    """
    place = come_in(uow, tender_id)
    course = take_turn(uow, tender_id)
    raiser, name = _raiser(uow, place, organization_id)
    rules.may_object(course, str(uow.organization_id), uow.now)
    said = words(text)
    for before in course.objections:
        if (before.raiser, before.text) == (raiser, said):
            return before
    return enter(uow, tender_id, Objection, raiser=raiser, raiser_name=name, text=said)


def _raiser(uow: UnitOfWork, place: Place, organization_id: UUID | None) -> tuple[str, str]:
    if place.is_bidder:
        if organization_id not in (None, uow.organization_id):
            raise OutsideTheTender()
        return str(uow.organization_id), organizations.whoami(uow).organization.name
    if not place.chairs or organization_id is None:
        raise OutsideTheTender()
    # A firm that the opening did not name speaks from its own session: a clerk who could name it
    # would hear from the answer whether it has a place in the box.
    for bid in MeetingRepository(uow.session).bids(place.tender.id):
        if bid.organization_id == organization_id and bid.organization_name is not None:
            return str(organization_id), bid.organization_name
    raise NotNamed(organization_id)
