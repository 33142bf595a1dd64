from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.meeting.acts import (
    Attendance,
    Correction,
    Minutes,
    Objection,
    Reading,
    Reply,
    Signature,
)
from sunseal.meeting.course import Course, Edition
from sunseal.meeting.errors import NoSuchMinutes, NoSuchObjection
from sunseal.meeting.rules import LONGEST, MOST_WORDS, READ_OUT, SHORTEST
from sunseal.meeting.service import Meeting
from sunseal.opening.board import Marks
from sunseal.opening.models import OpenedBid

Words = Annotated[str, Meta(min_length=1, max_length=MOST_WORDS)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Digest = Annotated[bytes, Meta(min_length=32, max_length=32)]


class ReadOut(Struct, forbid_unknown_fields=True):
    envelope: Name
    position: int


class Attend(Struct, forbid_unknown_fields=True):
    """Who does not run the meeting says it of himself: name and unit are then the registry's."""

    attendee: Name
    unit: Name
    capacity: Name


class AskForObjections(Struct, forbid_unknown_fields=True):
    """Between 5 minutes and 23 hours; the setting where nothing is said."""

    minutes: Annotated[int, Meta(ge=SHORTEST, le=LONGEST)] | None = None


class RaiseObjection(Struct, forbid_unknown_fields=True):
    """`organization` is named by a clerk who heard the objection in the room."""

    text: Words
    organization: UUID | None = None


class ReplyTo(Struct, forbid_unknown_fields=True):
    text: Words


class Correct(Struct, forbid_unknown_fields=True):
    text: Words


class SignMinutes(Struct, forbid_unknown_fields=True):
    """`digest` is of the bytes that were read; `signature` a firm's, if it wants that, by its
    enrolled key over `sunseal/minutes/v1`, a newline and the digest."""

    digest: Digest
    signature: Annotated[bytes, Meta(min_length=64, max_length=64)] | None = None


class BidView(Struct, frozen=True, kw_only=True):
    """A bid as the hall has it, what stands out about its price, and how it was read out."""

    envelope: str
    position: int
    organization_id: UUID | None
    organization: str | None
    outcome: str
    price: str | None
    currency: str | None
    is_over: bool
    is_twin: bool
    can_be_read: bool
    reading: Reading | None

    @classmethod
    def of(cls, bid: OpenedBid, course: Course, marks: Marks) -> Self:
        return cls(
            envelope=bid.envelope,
            position=bid.position,
            organization_id=bid.organization_id,
            organization=bid.organization_name,
            outcome=bid.outcome,
            price=bid.price,
            currency=bid.currency,
            is_over=marks.is_over(bid.price),
            is_twin=marks.is_twin(bid.price),
            can_be_read=bid.outcome in READ_OUT,
            reading=course.readings.get((bid.envelope, bid.position)),
        )


class ObjectionView(Struct, frozen=True):
    objection: Objection
    answer: Reply | None


class EditionView(Struct, frozen=True, kw_only=True):
    """`digest` is what is signed: the SHA-256 of the minutes' canonical bytes."""

    minutes: Minutes
    digest: bytes
    signatures: list[Signature]
    is_signed_by_me: bool

    @classmethod
    def of(cls, edition: Edition, me: UUID) -> Self:
        return cls(
            minutes=edition.minutes,
            digest=edition.digest,
            signatures=edition.signatures,
            is_signed_by_me=any(each.person == str(me) for each in edition.signatures),
        )


class MeetingView(Struct, frozen=True, kw_only=True):
    """`until` is when objections end, or ended; `news`: the last minutes do not say all.

    `key` is what the reader's firm signs with, if it is a bidder's."""

    tender: UUID
    reference: str
    title: str
    ceiling: str | None
    currency: str
    now: datetime
    chairs: bool
    is_bidder: bool
    organization: UUID
    key: bytes | None
    bids: list[BidView]
    unread: int
    attendance: list[Attendance]
    until: datetime | None
    objections: list[ObjectionView]
    unanswered: int
    corrections: list[Correction]
    editions: list[EditionView]
    news: bool

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        course, tender = meeting.course, meeting.place.tender
        marks = Marks.of([bid.price for bid in meeting.bids], tender.ceiling_price)
        bids = [BidView.of(bid, course, marks) for bid in meeting.bids]
        return cls(
            tender=tender.id,
            reference=tender.reference,
            title=tender.title,
            ceiling=tender.ceiling_price,
            currency=tender.currency,
            now=meeting.now,
            chairs=meeting.place.chairs,
            is_bidder=meeting.place.is_bidder,
            organization=meeting.organization,
            key=meeting.key,
            bids=bids,
            unread=sum(bid.can_be_read and bid.reading is None for bid in bids),
            attendance=course.attendance,
            until=course.until,
            objections=[
                ObjectionView(each, course.answers.get(each.id)) for each in course.objections
            ],
            unanswered=len(course.unanswered),
            corrections=course.corrections,
            editions=[EditionView.of(each, meeting.me) for each in course.editions],
            news=bool(course.new),
        )

    @property
    def is_open(self) -> bool:
        """Whether bidders can object now."""
        return self.until is not None and self.now < self.until

    @property
    def firms(self) -> list[tuple[str, str]]:
        """The firms that the opening named, by id: those whose words a clerk may enter."""
        named = {bid.organization_id: bid.organization for bid in self.bids if bid.organization_id}
        return [(str(id_), name) for id_, name in named.items() if name]

    def objection(self, objection_id: UUID) -> ObjectionView:
        """Raises NoSuchObjection."""
        for each in self.objections:
            if each.objection.id == str(objection_id):
                return each
        raise NoSuchObjection(objection_id)

    def edition(self, number: int) -> EditionView:
        """Raises NoSuchMinutes."""
        for each in self.editions:
            if each.minutes.edition == number:
                return each
        raise NoSuchMinutes(number)
