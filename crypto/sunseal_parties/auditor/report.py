"""The verdict, for people and for programs."""

from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from sunseal_parties.auditor.findings import Finding
from sunseal_parties.auditor.verify import CHECKS, Verdict


def show(verdict: Verdict, console: Console) -> None:
    """One line for each check, then every fault and remark."""
    console.print(f"Tender {verdict.tender} of {verdict.origin}", markup=False, highlight=False)
    counts = f"{verdict.ticks} ticks, {verdict.entries} entries, {verdict.envelopes} envelopes"
    console.print(counts, style="dim", highlight=False)
    faulty = {fault.check for fault in verdict.findings.faults}
    for number, (title, _) in enumerate(CHECKS, 1):
        mark = Text("✗ ", "bold red") if number in faulty else Text("✓ ", "green")
        console.print(mark + Text(f"{number:2} {title}"))
    for finding in verdict.findings.faults:
        _print(console, Text("fault  ", "bold red"), finding)
    for finding in verdict.findings.remarks:
        _print(console, Text("remark ", "yellow"), finding)
    if verdict.holds:
        console.print(Text("Everything holds.", "bold green"))
    else:
        console.print(Text(f"{len(verdict.findings.faults)} faults.", "bold red"))


def as_json(verdict: Verdict) -> bytes:
    """The same as one JSON object."""
    told: dict[str, Any] = {
        "tender": verdict.tender,
        "origin": verdict.origin,
        "holds": verdict.holds,
        "ticks": verdict.ticks,
        "entries": verdict.entries,
        "checks": [title for title, _ in CHECKS],
        "faults": [_row(fault) for fault in verdict.findings.faults],
        "remarks": [_row(remark) for remark in verdict.findings.remarks],
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2)


def _row(finding: Finding) -> dict[str, object]:
    return {"check": finding.check, "where": finding.where, "what": finding.what}


def _print(console: Console, label: Text, finding: Finding) -> None:
    # Soft wrapping: a fault stays one line, so that it can be searched for and cut out.
    console.print(label + Text(f"{finding.check:2} {finding}"), soft_wrap=True)
