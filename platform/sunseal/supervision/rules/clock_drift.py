"""Clocks are compared where both sides signed: a cosignature says when, and we say when it came."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Row

from sunseal.supervision.rules.base import Circumstances, Fact, hour_of
from sunseal_crypto import notes
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey

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
        names = _names(seen)
        for cosigner, rows in _by_cosigner(seen).items():
            if len(rows) < LEAST or cosigner not in names:
                continue
            offset = round(median(_offset_ms(row) for row in rows))
            seen.evidence.set_drift(names[cosigner], offset)
            if abs(offset) > ALLOWED_MS:
                yield Fact(
                    key=f"{cosigner}|{hour_of(rows[-1].at)}",
                    sentence=f"The clocks of the platform and of {names[cosigner]} differ.",
                    ticks=tuple(row.tick for row in rows[-SHOWN:]),
                    figures={"offset_ms": str(offset)},
                )


def _names(seen: Circumstances) -> Mapping[str, str]:
    """The names of institutions by those of their cosigning keys."""
    roster = seen.roster
    listed = [(each.cosigner, each.name) for each in roster.custodians]
    listed += [(each.cosigner, each.name) for each in roster.witnesses]
    return {VerifierKey.parse(key, COSIGNATURE).name: name for key, name in listed}


def _by_cosigner(seen: Circumstances) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in seen.evidence.cosignatures(seen.now - LATELY):
        found.setdefault(row.cosigner, []).append(row)
    return found


def _offset_ms(row: Row[Any]) -> float:
    """How far the cosigner's clock is ahead of ours; its line was verified when it came."""
    seconds = int.from_bytes(notes.parse_line(row.line.encode()).signature[:TIME_BYTES], "big")
    came: datetime = row.at
    return (seconds - came.timestamp()) * 1000 + ROUNDING_MS
