import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sunseal.supervision.evidence import Evidence
from sunseal.supervision.rules.base import Circumstances, Fact, day_of
from sunseal_crypto import amendment, event, notice, roster, terms
from sunseal_crypto.amendment import Said, SignedAmendment, Timetable
from sunseal_crypto.errors import CryptoError

CHANGE = re.compile(r"/api/v1/tenders/([0-9a-f-]{36})\b")
FIXED = re.compile(r"fixed once its key ceremony")


class MovedDeadline:
    """A timetable that is not the published one, or somebody who tried to make it so.

    The notice is what custodians signed, and an amendment in force what they acknowledged: a
    superuser who moves a column moves neither. That a timetable was postponed is a finding too.
    """

    name = "deadline-changed"
    title = "变更截止时间 · change of a deadline, or an attempt"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        for row in seen.evidence.timetables():
            yield from _moved(row, seen.evidence)
        for row in seen.evidence.refusals():
            yield from _tried(row)


def _moved(row: Row[Any], evidence: Evidence) -> Iterator[Fact]:
    try:
        published = notice.parse(bytes(row.notice))
    except CryptoError:
        yield Fact(
            key=f"{row.id}|notice",
            sentence=f"The notice of tender {row.reference} cannot be read any more.",
            tender_id=row.id,
        )
        return
    current = Timetable(published.deadline, published.not_before)
    for amended in evidence.amendments(row.id, row.envelope) if row.envelope else ():
        try:
            current = _after(amended, current)
        except CryptoError:
            break
        yield _postponed(row, current)
    for what, said, shown in (
        ("deadline", current.deadline, row.deadline),
        ("not-before", current.not_before, row.not_before),
        ("deadline of the box", current.deadline, row.gate_deadline),
        ("not-before of the box", current.not_before, row.gate_not_before),
    ):
        if shown is not None and said != shown:
            yield _difference(row, what, said, shown)


def _difference(row: Row[Any], what: str, said: datetime, shown: datetime) -> Fact:
    return Fact(
        key=f"{row.id}|{what}|{shown.isoformat()}",
        sentence=f"The {what} of tender {row.reference} is not the one in force.",
        tender_id=row.id,
        figures={"in force": said.isoformat(), "found": shown.isoformat()},
    )


def _after(row: Row[Any], current: Timetable) -> Timetable:
    """The timetable that an amendment makes of `current`. Raises CryptoError if it makes none."""
    agreed, listed = terms.parse(bytes(row.terms)), roster.parse(bytes(row.roster))
    digest = amendment.digest(bytes(row.body))
    words = [event.decode(bytes(detail)) for detail in row.details or ()]
    said = [
        Said(amendment.read_entry(word, digest, listed), at)
        for word, at in zip(words, row.times or (), strict=True)
    ]
    both = [bytes(row.signature), bytes(row.confirmation)]
    return amendment.in_force(SignedAmendment(bytes(row.body), both), current, said, agreed)


def _postponed(row: Row[Any], current: Timetable) -> Fact:
    return Fact(
        key=f"{row.id}|amendment|{row.envelope}|{current.number}",
        sentence=f"Amendment {current.number} postponed the deadline of tender {row.reference}.",
        tender_id=row.id,
        figures={
            "deadline": current.deadline.isoformat(),
            "not_before": current.not_before.isoformat(),
        },
    )


def _tried(row: Row[Any]) -> Iterator[Fact]:
    named = CHANGE.search(row.object)
    by_request = named is not None and row.reason == "notice-fixed"
    if not by_request and not (row.action == "database.refused" and FIXED.search(row.reason)):
        return
    who = row.object if row.action == "database.refused" else row.actor
    tender = UUID(named.group(1)) if named else None
    yield Fact(
        key=f"{who}|{tender}|{day_of(row.at)}",
        sentence=f"{who} tried to change a notice that is fixed.",
        tender_id=tender,
        entries=(row.id,),
        ticks=(row.tick,),
    )
