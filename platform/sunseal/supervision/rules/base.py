"""What a rule is: it looks at evidence and says facts, the same ones however often it looks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Protocol
from uuid import UUID

from sunseal.supervision.evidence import Evidence
from sunseal_crypto.roster import Roster

# The whole country keeps one time, and no summer time.
BEIJING = timezone(timedelta(hours=8), "UTC+8")
# Who works with tenders. Custodians' programs run day and night, and supervisors are who asks.
STAFF = ("as_tendering_party", "as_agent", "as_centre", "as_operator")


@dataclass(frozen=True, slots=True)
class Fact:
    """`key` tells this fact from every other of the rule, and must not grow with the evidence."""

    key: str
    sentence: str
    tender_id: UUID | None = None
    entries: tuple[UUID, ...] = ()
    ticks: tuple[int, ...] = ()
    figures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Circumstances:
    evidence: Evidence
    roster: Roster
    now: datetime


class Rule(Protocol):
    name: str
    title: str  # stands in alerts, so it names nobody

    def look(self, seen: Circumstances) -> Iterator[Fact]: ...


def day_of(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d}"


def hour_of(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:00}"
