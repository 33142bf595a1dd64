"""`make demo`: exit code 0 when the story ended as it should, 1 when it did not."""

import secrets
import shutil
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from sunseal.demo.bidding import NotAsTold
from sunseal.demo.children import ChildDied
from sunseal.demo.desk import Refused
from sunseal.demo.facts import Facts
from sunseal.demo.firms import PROFILES, BidderFailed
from sunseal.demo.installation import SetupFailed
from sunseal.demo.narration import Narrator
from sunseal.demo.stack import Stack, TooSlow, state_of_demo
from sunseal.demo.story import Story
from sunseal.demo.tendering import Missed
from sunseal.embedded import EmbeddedError, InUse, folders
from sunseal.embedded.locks import Lock
from sunseal.embedded.owner import Owner

CHECKOUT = Path(__file__).parents[3]
OUT = CHECKOUT / "build" / "demo"
MIB = 1 << 20
TROUBLES = (
    BidderFailed,
    ChildDied,
    EmbeddedError,
    Missed,
    NotAsTold,
    Refused,
    SetupFailed,
    TooSlow,
)


def main(
    size_mib: Annotated[int, typer.Option(min=8, help="Size of the large bid.")] = 200,
    out: Annotated[Path, typer.Option(help="Where story.json goes.")] = OUT,
    state: Annotated[Path | None, typer.Option(help="Where the servers keep their data.")] = None,
    tick: Annotated[float, typer.Option(min=0.1, help="Seconds between two ticks.")] = 1.0,
    keep: Annotated[bool, typer.Option("--keep", help="Leave all data where it is.")] = False,
) -> None:
    """A whole tender on this machine: real processes, real files, a real clock, and insiders."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the first may be ignored, by a shell's `&`
        signal.signal(number, signal.default_int_handler)
    narrator = Narrator()
    runs = state or state_of_demo(CHECKOUT)
    runs.mkdir(mode=0o711, parents=True, exist_ok=True)
    lock = Lock(runs / "lock")
    if not lock.take():
        narrator.bad(str(InUse(runs)))
        sys.exit(1)
    folder = _fresh(runs)
    try:
        facts = run(narrator, folder, size_mib * MIB, tick)
    except KeyboardInterrupt:
        narrator.bad("Broken off.")
        sys.exit(1)
    finally:
        if keep:
            narrator.say(f"Everything is in {folder}.")
        else:
            shutil.rmtree(folder, ignore_errors=True)
        lock.let_go()
    facts.write(out / "story.json")
    sys.exit(0 if _as_told(facts, narrator) else 1)


def run(narrator: Narrator, folder: Path, big_bytes: int, tick: float) -> Facts:
    """The whole story in an empty folder, and what came of it."""
    stack = Stack(folder, tick_seconds=tick)
    story = Story(stack, narrator, folder / "installation", big_bytes)
    try:
        narrator.chapter("The platform and four institutions start, each as a process of its own")
        stack.start(narrator.say)
        narrator.good(f"{', '.join(stack.names)} at {' and '.join(stack.urls)}")
        story.tell()
    except TROUBLES as error:
        narrator.bad(str(error))
        story.facts.faults.append(str(error))
    finally:
        story.close()
        stack.stop()
    story.facts.seconds = round(narrator.seconds, 1)
    return story.facts


def _as_told(facts: Facts, narrator: Narrator) -> bool:
    wanted = {each.name for each in PROFILES if each.key in ("straight", "resumed", "replaced")}
    checks = {
        "three bids are open": {each.firm for each in facts.opened} == wanted,
        "the other three are accounted for": len(facts.accounted) == len(PROFILES) - len(wanted),
        "nobody could look": bool(facts.refused) and facts.early_open_failed,
        "the bundle verifies": facts.audit_ok,
        "a changed copy does not": facts.tampered_audit_failed,
        "nothing went wrong": not facts.faults,
    }
    narrator.chapter("What this run has shown")
    for what, held in checks.items():
        (narrator.good if held else narrator.bad)(what)
    return all(checks.values())


def _fresh(runs: Path) -> Path:
    """A new folder for this run. What interrupted runs left is removed; nobody else is here."""
    for left in runs.iterdir():
        if left.is_dir():
            shutil.rmtree(folders.sockets_of(left, Owner.of_servers()), ignore_errors=True)
            shutil.rmtree(left, ignore_errors=True)
    return runs / secrets.token_hex(4)


if __name__ == "__main__":
    typer.run(main)
