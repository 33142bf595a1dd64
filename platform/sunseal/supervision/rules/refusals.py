from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from sunseal.supervision.rules.base import Circumstances, Fact, hour_of

SEVERAL = 5
# Bidders' refusals are one heap without names: that it grows would tell that somebody bids.
LEFT_OUT = ("as_bidder", "as_door")


class RepeatedRefusals:
    """Somebody does not take no for an answer."""

    name = "repeated-refusals"
    title = "多次被拒绝 · repeated refusals"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        found: dict[tuple[str, str], list[Row[Any]]] = {}
        for row in seen.evidence.refusals():
            who = row.object if row.action == "database.refused" else row.actor
            if row.role not in LEFT_OUT:
                found.setdefault((who, hour_of(row.at)), []).append(row)
        for (who, hour), rows in found.items():
            if len(rows) >= SEVERAL:
                yield Fact(
                    key=f"{who}|{hour}",
                    sentence=f"{who} was refused {len(rows)} times in the hour from {hour}.",
                    entries=tuple(row.id for row in rows),
                    ticks=tuple(sorted({row.tick for row in rows})),
                )
