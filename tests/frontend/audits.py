"""One bundle under two verifiers: `sunseal-audit`, and the page's own."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sunseal_parties.auditor import verify as auditor
from sunseal_parties.auditor.case import NOTHING_MORE, Outside
from sunseal_parties.auditor.findings import Finding
from tests.frontend.library import Library

# The auditor's checks by the names of their modules, which the page uses, too.
NAMES = [check.__module__.rpartition(".")[2] for _, check in auditor.CHECKS]
# How the page ends the name of an entry: with what it tells of.
ABOUT = " ("
# Each has a spelling of its own for when a promised event was.
TIME = re.compile(r" of [0-9]{4}-.*")

Found = set[tuple[str, str]]


@dataclass(frozen=True)
class Both:
    """Faults and remarks, each as (check, where); `told` is the page's whole verdict."""

    faults: Found
    page_faults: Found
    remarks: Found
    page_remarks: Found
    told: dict[str, Any]

    def said(self) -> str:
        """What the page says, in English."""
        found = [*self.told["faults"], *self.told["remarks"]]
        return "\n".join(f"{each['where']['en']}: {each['what']['en']}" for each in found)

    @property
    def agree(self) -> bool:
        return self.faults == self.page_faults and self.remarks == self.page_remarks

    def differences(self) -> str:
        return (
            f"only sunseal-audit: {sorted(self.faults - self.page_faults)}\n"
            f"only the page: {sorted(self.page_faults - self.faults)}\n"
            f"remarks: {sorted(self.remarks ^ self.page_remarks)}"
        )


def both(
    browser: Library,
    bundle: io.BytesIO,
    roster: bytes,
    papers: Mapping[str, bytes],
    folder: Path,
    outside: Outside = NOTHING_MORE,
    annex: bytes | None = None,
) -> Both:
    """Neither knows of the other."""
    path = folder / "bundle.zip"
    path.write_bytes(bundle.getvalue())
    ours = auditor.verify(bundle, roster, annex, papers, outside).findings
    theirs = browser.ask(
        "audit",
        path=path,
        roster=roster,
        papers=dict(papers),
        states=list(outside.states),
        annex=annex or b"",
        previous=outside.previous_roster or b"",
    )
    return Both(
        _ours(ours.faults),
        _theirs(theirs["faults"]),
        _ours(ours.remarks),
        _theirs(theirs["remarks"]),
        theirs,
    )


def _ours(found: list[Finding]) -> Found:
    return {(NAMES[each.check - 1], TIME.sub("", each.where)) for each in found}


def _theirs(found: list[dict[str, Any]]) -> Found:
    return {(each["check"], _named(each["where"]["en"])) for each in found}


def _named(where: str) -> str:
    return where.partition(ABOUT)[0] if where.startswith("entry ") else TIME.sub("", where)
