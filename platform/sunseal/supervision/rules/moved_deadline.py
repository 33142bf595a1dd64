import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sunseal.supervision.rules.base import Circumstances, Fact, day_of
from sunseal_crypto import notice
from sunseal_crypto.errors import CryptoError

CHANGE = re.compile(r"/api/v1/tenders/([0-9a-f-]{36})\b")
FIXED = re.compile(r"fixed once its key ceremony")


class MovedDeadline:
    """A timetable that is not the published one, or somebody who tried to make it so.

    The notice is what custodians signed: a superuser who moves a column does not move that.
    """

    name = "deadline-changed"
    title = "变更截止时间 · change of a deadline, or an attempt"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        for row in seen.evidence.timetables():
            yield from _moved(row)
        for row in seen.evidence.refusals():
            yield from _tried(row)


def _moved(row: Row[Any]) -> Iterator[Fact]:
    try:
        published = notice.parse(bytes(row.notice))
    except CryptoError:
        yield Fact(
            key=f"{row.id}|notice",
            sentence=f"The notice of tender {row.reference} cannot be read any more.",
            tender_id=row.id,
        )
        return
    for what, said, shown in (
        ("deadline", published.deadline, row.deadline),
        ("not-before", published.not_before, row.not_before),
        ("deadline of the box", published.deadline, row.gate_deadline),
        ("not-before of the box", published.not_before, row.gate_not_before),
    ):
        if shown is not None and said != shown:
            yield _difference(row, what, said, shown)


def _difference(row: Row[Any], what: str, said: datetime, shown: datetime) -> Fact:
    return Fact(
        key=f"{row.id}|{what}|{shown.isoformat()}",
        sentence=f"The {what} of tender {row.reference} is not the published one.",
        tender_id=row.id,
        figures={"published": said.isoformat(), "found": shown.isoformat()},
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
