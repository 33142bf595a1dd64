"""Which institutions are silent, and what is near that needs them. Pure: facts and a time in.

Both come from the timetable and from programs that ask at a constant rate. So what is shown here,
and whom it alarms, is the same whether anybody bids.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row

from sunseal.custody import rules
from sunseal.custody.models import Contact, Presence
from sunseal.custody.progress import SILENT_AFTER
from sunseal_crypto.roster import Custodian, Roster

Event = Literal["deadline", "opening"]


@dataclass(frozen=True, slots=True)
class Institution:
    """A custodian or witness; `seen_at` is None when its program never asked."""

    name: str
    is_custodian: bool
    seen_at: datetime | None
    silent: bool
    offset_ms: int
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class Near:
    """A deadline or an opening that is due soon; an opening also until it has happened."""

    tender_id: UUID
    reference: str
    title: str
    event: Event
    at: datetime


def institutions(
    roster: Roster, present: Mapping[str, Presence], contacts: Mapping[str, Contact], now: datetime
) -> list[Institution]:
    """In the order of the roster, custodians first."""
    found = []
    for party in rules.listed(roster):
        seen = present.get(party.name)
        found.append(
            Institution(
                name=party.name,
                is_custodian=isinstance(party, Custodian),
                seen_at=seen.seen_at if seen else None,
                silent=seen is None or now - seen.seen_at > SILENT_AFTER,
                offset_ms=seen.clock_offset_ms if seen else 0,
                contact=contacts.get(party.name),
            )
        )
    return found


def near(due: Iterable[Row[Any]], now: datetime, window: timedelta) -> list[Near]:
    """What begins within `window`, and openings that wait for answers; the nearest first."""
    found = []
    for row in due:
        named = (row.id, row.reference, row.title)
        if now < row.deadline <= now + window:
            found.append(Near(*named, "deadline", row.deadline))
        if row.not_before <= now + window:
            found.append(Near(*named, "opening", row.not_before))
    return sorted(found, key=lambda each: (each.at, each.reference, each.event))


def silent(found: Sequence[Institution]) -> list[Institution]:
    """Custodians alone: an opening needs their shares, and a witness's word a quorum of others."""
    return [each for each in found if each.is_custodian and each.silent]
