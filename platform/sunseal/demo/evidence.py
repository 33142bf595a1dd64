"""The exported bundle, the auditor's program, and a copy in which one row was changed."""

import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from sunseal.demo.children import base_environment, program
from sunseal_crypto import canonical, event
from sunseal_crypto.bundle import EntryRow, TickRow
from sunseal_crypto.bundle.layout import ENTRIES, TICKS, Kind, member

ENVELOPE = "1"
CLOSED = "box.closed"
# What somebody would like to make undone: that the agent tried to look.
UNWELCOME = "access.refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How `sunseal-audit verify` ended, and what it said."""

    code: int
    said: str


def is_complete(bundle: Path) -> bool:
    """Whether it holds the opening, and shows the ticks of the time in which bids came in.

    Without their seeds an auditor could not tell that nothing was kept back.
    """
    with zipfile.ZipFile(bundle) as file:
        if member(ENVELOPE, Kind.RECORD, "1") not in file.namelist():
            return False
        shown = [canonical.decode(TickRow, line).number for line in file.read(TICKS).splitlines()]
        rows = [canonical.decode(EntryRow, line) for line in file.read(ENTRIES).splitlines()]
    closed = [row.tick for row in rows if event.decode(row.detail).action == CLOSED]
    return bool(closed) and max(shown, default=0) >= max(closed)


def verify(bundle: Path, roster: Path) -> Verdict:
    """An auditor takes the roster from the gazette, as bidders do, not from the bundle."""
    command = [*program("sunseal-audit"), "verify", str(bundle), "--roster", str(roster)]
    done = subprocess.run(command, env=base_environment(), capture_output=True, text=True)
    return Verdict(done.returncode, (done.stdout + done.stderr).strip())


def change_one_row(bundle: Path, into: Path) -> EntryRow:
    """A copy in which one refused access reads as if it had been allowed; returns its row."""
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(into, "w") as copy:
        changed: EntryRow | None = None
        for info in source.infolist():
            data = source.read(info)
            if info.filename == ENTRIES:
                changed, data = _whitewash(data)
            copy.writestr(info, data)
    if changed is None:
        raise LookupError(f"the bundle has no {ENTRIES}")
    return changed


def _whitewash(data: bytes) -> tuple[EntryRow, bytes]:
    lines = data.splitlines(keepends=True)
    for at, line in enumerate(lines):
        row = canonical.decode(EntryRow, line.rstrip(b"\n"))
        logged = event.decode(row.detail)
        if logged.action == UNWELCOME:
            harmless = structs.replace(logged, outcome="done", reason="")
            row = structs.replace(row, detail=event.encode(harmless))
            lines[at] = canonical.encode(row) + b"\n"
            return row, b"".join(lines)
    raise LookupError(f"no {UNWELCOME} among {len(lines)} entries")
