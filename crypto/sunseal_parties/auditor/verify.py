"""The audit: its checks in their order, each on what those before it have established."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from sunseal_crypto import roster
from sunseal_crypto.bundle import Bundle
from sunseal_parties.auditor import (
    actors,
    amendments,
    answers,
    bids,
    boxes,
    ceremonies,
    clocks,
    decisions,
    entries,
    erasures,
    kept,
    log,
    records,
    requests,
    tables,
    timeline,
)
from sunseal_parties.auditor import annex as annexes
from sunseal_parties.auditor.case import NOTHING_MORE, Case, Outside
from sunseal_parties.auditor.findings import Findings

# The walk of a bid: key, log, box, opening, price. Later checks use what earlier ones proved.
CHECKS: list[tuple[str, Callable[[Case], None]]] = [
    (ceremonies.TITLE, ceremonies.check),
    (log.TITLE, log.check),
    (entries.TITLE, entries.check),
    (boxes.TITLE, boxes.check),
    (requests.TITLE, requests.check),
    (records.TITLE, records.check),
    (answers.TITLE, answers.check),
    (bids.TITLE, bids.check),
    (decisions.TITLE, decisions.check),
    (timeline.TITLE, timeline.check),
    (clocks.TITLE, clocks.check),
    (erasures.TITLE, erasures.check),
    (tables.TITLE, tables.check),
    (actors.TITLE, actors.check),
    (kept.TITLE, kept.check),
    (amendments.TITLE, amendments.check),
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ticks` and `entries` were read; `findings` say what was wrong with them and the rest."""

    tender: str
    origin: str
    ticks: int
    entries: int
    envelopes: int
    findings: Findings

    @property
    def holds(self) -> bool:
        return not self.findings.faults


def verify(
    file: BinaryIO,
    roster_bytes: bytes,
    annex: bytes | None = None,
    papers: Mapping[str, bytes] | None = None,
    outside: Outside = NOTHING_MORE,
) -> Verdict:
    """Runs every check. `papers` are what others kept of the log, by file name.

    Raises Malformed when there is no bundle, or no roster, to check.
    """
    findings = Findings()
    with Bundle(file) as bundle:
        headers = annexes.parse(annex) if annex is not None else None
        named = roster.parse(roster_bytes)
        case = Case(bundle, roster_bytes, named, findings, headers, papers or {}, outside)
        for number, (title, check) in enumerate(CHECKS, 1):
            findings.check = number
            # What a check did not expect is a fault too: it must never pass for "nothing found".
            with findings.catching(title):
                check(case)
    return Verdict(
        tender=bundle.about.tender,
        origin=bundle.about.origin,
        ticks=len(case.ticks),
        entries=case.journal.count,
        envelopes=len(case.envelopes),
        findings=findings,
    )
