"""Where a tender stands, in the words of the trade.

By the timetable and by what the opening published, and not by when the platform closed the box:
that can take the longer the more bids have to be checked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sunseal.tenders.models import Tender
from sunseal.web.catalogue import msg

Tone = Literal["good", "wait", "bad", "calm"]


@dataclass(frozen=True, slots=True)
class Phase:
    name: str
    tone: Tone
    label: str


PREPARING = Phase("preparing", "calm", msg("准备中"))
BIDDING = Phase("bidding", "good", msg("投标中"))
WAITING = Phase("waiting", "wait", msg("已截止，待开标"))
OPENED = Phase("opened", "calm", msg("已开标"))
FAILED = Phase("failed", "bad", msg("流标"))
CANCELLED = Phase("cancelled", "bad", msg("已终止"))
ENDED = {"opened": OPENED, "failed": FAILED, "cancelled": CANCELLED}
BEFORE = ("draft", "ceremony")


def of(tender: Tender, now: datetime) -> Phase:
    if tender.status in ENDED:
        return ENDED[tender.status]
    if tender.status in BEFORE:
        return PREPARING
    return BIDDING if now < tender.deadline else WAITING
