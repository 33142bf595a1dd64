"""Pure decisions: the meeting so far and a time in, nothing or an error out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sunseal.meeting.course import Course, Edition
from sunseal.meeting.errors import (
    NoPeriodYet,
    NothingNew,
    ObjectionsOver,
    OtherMinutes,
    PeriodRuns,
    StillUnanswered,
    StillUnread,
    TooManyObjections,
)
from sunseal.opening.models import OpenedBid

READ_OUT = ("opened", "needs_review")
# Of a period, in minutes. The database refuses what is shorter by a minute, or an hour longer.
SHORTEST, LONGEST = 5, 23 * 60
MOST = 20
# Nobody makes a hall scroll for ever.
MOST_WORDS = 4000
SIGN_LABEL = b"sunseal/minutes/v1"


def to_read(bids: Iterable[OpenedBid]) -> list[OpenedBid]:
    """The bids that have something to be read out."""
    return [bid for bid in bids if bid.outcome in READ_OUT]


def length(minutes: int) -> timedelta:
    """Nobody is silenced by a period of seconds."""
    return timedelta(minutes=min(max(minutes, SHORTEST), LONGEST))


def may_ask_for_objections(course: Course, bids: Iterable[OpenedBid], now: datetime) -> None:
    unread = [b for b in to_read(bids) if (b.envelope, b.position) not in course.readings]
    if unread:
        raise StillUnread(len(unread))
    if course.until is not None and now < course.until:
        raise PeriodRuns(course.until)


def may_object(course: Course, organization: str, now: datetime) -> None:
    """招标投标法实施条例 Art. 44: objections to an opening are raised at it.

    Every one needs its reply, so `organization` must not keep the others there all night; a clerk,
    whose organization raises none, can enter what is said in the room.
    """
    if course.until is None:
        raise NoPeriodYet()
    if now >= course.until:
        raise ObjectionsOver(course.until)
    if sum(each.raiser == organization == each.organization for each in course.objections) >= MOST:
        raise TooManyObjections(MOST)


def may_write_minutes(course: Course, news: bool, now: datetime) -> None:
    """Art. 44 again: an objection is answered on the spot, and both stand in the record.

    `news` is whether there is a newer opening record than the last minutes name.
    """
    if course.until is None:
        raise NoPeriodYet()
    if now < course.until:
        raise PeriodRuns(course.until)
    if course.unanswered:
        raise StillUnanswered(len(course.unanswered))
    if course.editions and not course.new and not news:
        raise NothingNew(course.editions[-1].minutes.edition)


def may_sign(edition: Edition, digest: bytes) -> None:
    """Who signs says which bytes he read."""
    if digest != edition.digest:
        raise OtherMinutes()
