"""What those do who run the meeting: the centre's staff, the tendering party, its agent.

Each act recognises its own repetition, so that a form sent twice is entered once.
"""

from datetime import UTC
from uuid import UUID

from sunseal.database import UnitOfWork
from sunseal.meeting import rules
from sunseal.meeting.acts import Attendance, Correction, Minutes, Period, Reading, Reply
from sunseal.meeting.errors import AlreadyAnswered, NoSuchObjection, NothingToRead
from sunseal.meeting.repository import MeetingRepository
from sunseal.meeting.service import records
from sunseal.meeting.service.enter import chair, come_in, enter, take_turn, words
from sunseal.organizations import service as organizations
from sunseal_crypto import bid


def read_out(uow: UnitOfWork, tender_id: UUID, envelope: str, position: int) -> Reading:
    """Marks a bid as read out, in its own words. Raises NothingToRead."""
    course = chair(uow, tender_id)
    if (before := course.readings.get((envelope, position))) is not None:
        return before
    repository = MeetingRepository(uow.session)
    found = {
        (row.envelope, row.position): row for row in rules.to_read(repository.bids(tender_id))
    }.get((envelope, position))
    manifest = repository.manifest(tender_id, envelope, position)
    if found is None or manifest is None:
        raise NothingToRead(position)
    said = bid.decode(manifest)
    return enter(
        uow,
        tender_id,
        Reading,
        envelope=envelope,
        position=position,
        bidder=found.organization_name,
        price=said.price,
        currency=said.currency,
        validity_days=said.validity_days,
        practitioners=[person.name for person in said.practitioners],
    )


def attend(uow: UnitOfWork, tender_id: UUID, attendee: str, unit: str, capacity: str) -> Attendance:
    """Somebody signed in on paper, or says that he is there himself: once, and nobody else."""
    place = come_in(uow, tender_id)
    course = take_turn(uow, tender_id)
    if not place.chairs:
        me = organizations.whoami(uow)
        attendee, unit = me.person.name, me.organization.name
        own = [each for each in course.attendance if each.person == str(uow.person_id)]
        if own:
            return own[0]
    attendee, unit, capacity = words(attendee), words(unit), words(capacity)
    for before in course.attendance:
        if (before.attendee, before.unit, before.capacity) == (attendee, unit, capacity):
            return before
    return enter(uow, tender_id, Attendance, attendee=attendee, unit=unit, capacity=capacity)


def ask_for_objections(uow: UnitOfWork, tender_id: UUID, minutes: int) -> Period:
    """Raises StillUnread, PeriodRuns."""
    course = chair(uow, tender_id)
    bids = MeetingRepository(uow.session).bids(tender_id)
    rules.may_ask_for_objections(course, bids, uow.now)
    until = (uow.now + rules.length(minutes)).astimezone(UTC)
    return enter(uow, tender_id, Period, until=until)


def reply(uow: UnitOfWork, tender_id: UUID, objection_id: UUID, text: str) -> Reply:
    """Raises NoSuchObjection, AlreadyAnswered, NoWords."""
    course = chair(uow, tender_id)
    said, objection = words(text), str(objection_id)
    if all(each.id != objection for each in course.objections):
        raise NoSuchObjection(objection_id)
    if (before := course.answers.get(objection)) is not None:
        if before.text == said:
            return before
        raise AlreadyAnswered(objection_id)
    return enter(uow, tender_id, Reply, objection=objection, text=said)


def correct(uow: UnitOfWork, tender_id: UUID, text: str) -> Correction:
    """Nothing is taken back: what was wrong is said to be. Raises NoWords."""
    course = chair(uow, tender_id)
    said = words(text)
    for before in course.corrections:
        if (before.text, before.person) == (said, str(uow.person_id)):
            return before
    return enter(uow, tender_id, Correction, text=said)


def write_minutes(uow: UnitOfWork, tender_id: UUID) -> Minutes:
    """The record to sign, or a supplement to it.

    Raises NoPeriodYet, PeriodRuns, StillUnanswered, NothingNew.
    """
    course = chair(uow, tender_id)
    last = course.editions[-1] if course.editions else None
    shown = records.newest(uow, tender_id)
    rules.may_write_minutes(course, last is None or last.minutes.records != shown, uow.now)
    return enter(
        uow,
        tender_id,
        Minutes,
        edition=last.minutes.edition + 1 if last else 1,
        previous=last.digest if last else b"",
        records=shown,
        acts=course.refs,
    )
