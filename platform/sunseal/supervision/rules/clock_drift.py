"""Clocks are compared where both sides signed: a cosignature says when, and we say when it came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Row

from sunseal.audit.service import vouch
from sunseal.supervision.rules.base import Circumstances, Fact, hour_of
from sunseal_crypto import notes
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey
from sunseal_crypto.roster import Roster

LATELY = timedelta(minutes=10)
# Half of what custodians tolerate at an opening, so that there is time to mend a clock.
ALLOWED_MS = 30_000
# One cosignature may have waited on its way; of several, the middle one has not.
LEAST = 3
# A cosignature tells whole seconds, so on average it says half a second too little.
ROUNDING_MS = 500
TIME_BYTES = 8  # before the signature itself, c2sp.org/tlog-cosignature
SHOWN = 20


class ClockDrift:
    name = "clock-drift"
    title = "时钟偏差 · clocks of platform and custodian differ"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        rows = seen.evidence.cosignatures(seen.now - LATELY)
        for key, name in _cosigners(seen.roster):
            told = [one for row in rows if (one := _told(row, key)) is not None]
            if len(told) < LEAST:
                continue
            offset = round(median(one.offset_ms for one in told))
            seen.evidence.set_drift(name, offset)
            if abs(offset) > ALLOWED_MS:
                yield Fact(
                    key=f"{key.name}|{hour_of(told[-1].at)}",
                    sentence=f"The clocks of the platform and of {name} differ.",
                    ticks=tuple(one.tick for one in told[-SHOWN:]),
                    figures={"offset_ms": str(offset)},
                )


@dataclass(frozen=True, slots=True)
class Told:
    """`offset_ms` is how far the cosigner's clock is ahead of ours."""

    tick: int
    at: datetime
    offset_ms: float


def _cosigners(roster: Roster) -> list[tuple[VerifierKey, str]]:
    """Each cosigning key of the roster, and the institution that has it."""
    listed = [(each.cosigner, each.name) for each in roster.custodians]
    listed += [(each.cosigner, each.name) for each in roster.witnesses]
    return [(VerifierKey.parse(key, COSIGNATURE), name) for key, name in listed]


def _told(row: Row[Any], key: VerifierKey) -> Told | None:
    """None for a line that is not this cosigner's: whoever has SQL can write one in its name, and
    would accuse it, or hide that its clock is off."""
    if row.cosigner != key.name:
        return None
    if not vouch.holds(notes.parse(row.note.encode()).text, row.line, str(key)):
        return None
    seconds = int.from_bytes(notes.parse_line(row.line.encode()).signature[:TIME_BYTES], "big")
    offset = (seconds - row.at.timestamp()) * 1000 + ROUNDING_MS
    return Told(row.tick, row.at, offset)
