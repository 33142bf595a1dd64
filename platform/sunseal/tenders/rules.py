"""Pure decisions about tenders: facts and a time in, nothing or an error out.

A tender goes one way:

    draft → ceremony → published → closed → opened
      │         │          │          ├───→ failed
      └─────────┴──────────┴──────────┴───→ cancelled

The table is enforced a second time by a trigger in the database, for whoever writes SQL. There too,
nothing that the notice says changes after the draft. A later timetable is an amendment beside the
notice (see `sunseal.amendments`), in force by the custodians' word; then the row's deadline and
not-before are the later ones, and the notice still says what was announced.

Whether the law's periods bind a tender is its own flag, `statutory`, which the notice prints: the
law compels some tenders (招标投标法 Art. 3) and leaves others free. A tender that does not say is
what the installation's setting says, true unless somebody turned it off for a demonstration.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sunseal.database import Actor, Role
from sunseal.errors import Forbidden
from sunseal.tenders.errors import (
    BadDocumentName,
    BadTender,
    NoticeFixed,
    NotYourTender,
    PeriodTooShort,
    TimePassed,
    TooFewBidders,
    WrongStatus,
)

# 招标投标法 Art. 24, in force since 2000-01-01: from the first issue of the documents to the
# deadline of a compulsory tender. Older than the platform, so no tender's date is compared.
STATUTORY_PERIOD = timedelta(days=20)
# 招标投标法 Art. 28: with fewer bidders the tender is held anew.
STATUTORY_MINIMUM_BIDS = 3
MAX_BOX_SIZE = 1 << 16
MAX_NAME = 200

WRITERS = (Role.TENDERING_PARTY, Role.AGENT, Role.CENTRE)


class Status(StrEnum):
    DRAFT = "draft"
    CEREMONY = "ceremony"
    PUBLISHED = "published"
    CLOSED = "closed"
    OPENED = "opened"
    FAILED = "failed"
    CANCELLED = "cancelled"


NEXT: Mapping[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.CEREMONY, Status.CANCELLED}),
    Status.CEREMONY: frozenset({Status.PUBLISHED, Status.CANCELLED}),
    Status.PUBLISHED: frozenset({Status.CLOSED, Status.CANCELLED}),
    Status.CLOSED: frozenset({Status.OPENED, Status.FAILED, Status.CANCELLED}),
    Status.OPENED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Timetable:
    """The facts that law and arithmetic have a say in."""

    statutory: bool
    deadline: datetime
    not_before: datetime
    minimum_bids: int
    box_size: int


def check_step(tender_id: UUID, status: str, to: Status) -> None:
    """Raises WrongStatus unless a tender goes from `status` to `to`."""
    if to not in NEXT[Status(status)]:
        raise WrongStatus(tender_id, status, f"it cannot become {to}")


def may_write(actor: Actor, tender_id: UUID, tendering_party: UUID, agent: UUID | None) -> None:
    """Raises Forbidden, NotYourTender."""
    if actor.role not in WRITERS:
        raise Forbidden()
    if actor.role is Role.CENTRE:
        return
    own = agent if actor.role is Role.AGENT else tendering_party
    if own is None or actor.organization_id != own:
        raise NotYourTender(tender_id)


def check_draft(tender_id: UUID, status: str) -> None:
    if status != Status.DRAFT:
        raise NoticeFixed(tender_id, status)


def check_timetable(timetable: Timetable, now: datetime) -> None:
    """What holds if the documents were issued `now`. Raises BadTender, Refused."""
    if timetable.not_before < timetable.deadline:
        raise BadTender("the opening would come before the deadline")
    if timetable.minimum_bids < 1:
        raise BadTender("at least one bid is needed to open")
    size = timetable.box_size
    if not 2 <= size <= MAX_BOX_SIZE or size & (size - 1):
        raise BadTender(f"the box size is a power of two from 2 to {MAX_BOX_SIZE}")
    check_open(timetable.deadline, now)
    if timetable.statutory:
        check_law(timetable, now)


def check_open(deadline: datetime, now: datetime) -> None:
    """Raises TimePassed."""
    if deadline <= now:
        raise TimePassed("deadline", deadline)


def check_law(timetable: Timetable, now: datetime) -> None:
    """Raises PeriodTooShort, TooFewBidders."""
    earliest = now + STATUTORY_PERIOD
    if timetable.deadline < earliest:
        raise PeriodTooShort(timetable.deadline, STATUTORY_PERIOD, earliest)
    if timetable.minimum_bids < STATUTORY_MINIMUM_BIDS:
        raise TooFewBidders(timetable.minimum_bids, STATUTORY_MINIMUM_BIDS)


def may_cancel(tender_id: UUID, status: str, not_before: datetime, now: datetime) -> None:
    """Raises WrongStatus, TimePassed.

    From not-before on the custodians' answers may be under way, and a tender whose bids somebody
    has begun to open is not called off by one side of it.
    """
    check_step(tender_id, status, Status.CANCELLED)
    if status in (Status.PUBLISHED, Status.CLOSED) and now >= not_before:
        raise TimePassed("opening time", not_before)


def check_document_name(name: str) -> None:
    """Raises BadDocumentName: the name is printed in the notice and offered for saving."""
    good = (
        0 < len(name) <= MAX_NAME
        and not name.startswith(".")
        and not any(character in '/\\"' for character in name)
        and name.isprintable()
        and unicodedata.normalize("NFC", name) == name
    )
    if not good:
        raise BadDocumentName(name)
