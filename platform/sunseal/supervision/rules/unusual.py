from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from sunseal.supervision.rules.base import BEIJING, STAFF, Circumstances, Fact, day_of, hour_of

OFFICE = range(6, 22)
# More than anybody clicks; a program that reads everything does.
MANY_PER_HOUR = 300


class UnusualHour:
    """Staff at work in the night."""

    name = "unusual-hour"
    title = "非常时间的操作 · staff at work at an unusual hour"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        found: dict[tuple[str, str], list[Row[Any]]] = {}
        acts = [*seen.evidence.sign_ins(STAFF), *seen.evidence.actions(STAFF)]
        for row in acts:
            if row.at.astimezone(BEIJING).hour not in OFFICE:
                found.setdefault((row.actor, day_of(row.at)), []).append(row)
        for (who, day), rows in found.items():
            times = f"{rows[0].at.astimezone(BEIJING):%H:%M}"
            yield Fact(
                key=f"{who}|{day}",
                sentence=f"{who} was at work at {times} on {day}.",
                entries=tuple(row.id for row in rows),
                ticks=tuple(row.tick for row in rows),
                figures={"actions": str(len(rows))},
            )


class UnusualVolume:
    """One of the staff does in an hour what nobody does by hand."""

    name = "unusual-volume"
    title = "异常数量的操作 · unusually many actions"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        found: dict[tuple[str, str], list[Row[Any]]] = {}
        for row in seen.evidence.actions(STAFF):
            found.setdefault((row.actor, hour_of(row.at)), []).append(row)
        for (who, hour), rows in found.items():
            if len(rows) > MANY_PER_HOUR:
                yield Fact(
                    key=f"{who}|{hour}",
                    sentence=f"{who} made {len(rows)} entries in the hour from {hour}.",
                    entries=tuple(row.id for row in rows),
                    ticks=tuple(sorted({row.tick for row in rows})),
                    figures={"actions": str(len(rows)), "usual": str(MANY_PER_HOUR)},
                )
