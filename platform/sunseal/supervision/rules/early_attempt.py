import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sunseal.supervision.rules.base import Circumstances, Fact, day_of

# Refused requests name their path; refused SQL is known by the server's own sentence about it.
OF_A_TENDER = re.compile(r"/tenders/([0-9a-f-]{36})/(?:opening|envelopes/[^/]+/(?:sub|join))")
OF_THE_BOX = re.compile(r"/(?:submissions|uploads)\b")
OF_THE_SCHEMA = re.compile(r"\bsealed\b|as_worker|as_bidder")


class EarlyAttempt:
    """Somebody reached for a box before its opening, and was refused."""

    name = "attempt-before-opening"
    title = "开标前的访问企图 · attempt before the opening"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        sealed = seen.evidence.sealed()
        if not sealed:
            return
        found: dict[tuple[str, UUID | None, str], list[Row[Any]]] = {}
        for row in seen.evidence.refusals():
            tender = _aim(row)
            early = tender is None or (tender in sealed and row.at < sealed[tender].not_before)
            # A bidder belongs to the box; what it is refused there is not told before the opening.
            if tender is not NOWHERE and early and row.role not in ("as_bidder", "as_door"):
                found.setdefault((_who(row), tender, day_of(row.at)), []).append(row)
        for (who, tender, day), rows in found.items():
            where = f"tender {sealed[tender].reference}" if tender else "the sealed zone"
            yield Fact(
                key=f"{who}|{tender}|{day}",
                sentence=f"{who} reached for {where} before the opening, and was refused.",
                tender_id=tender,
                entries=tuple(row.id for row in rows),
                ticks=tuple(row.tick for row in rows),
            )


NOWHERE = UUID(int=0)


def _aim(row: Row[Any]) -> UUID | None:
    """The tender that was aimed at, None for the sealed zone as such, NOWHERE for neither."""
    if row.action == "database.refused":
        return None if OF_THE_SCHEMA.search(row.reason) else NOWHERE
    named = OF_A_TENDER.search(row.object)
    if named:
        return UUID(named.group(1))
    return None if OF_THE_BOX.search(row.object) else NOWHERE


def _who(row: Row[Any]) -> str:
    return str(row.object if row.action == "database.refused" else row.actor)
