"""`sunseal practice`: a whole practice instance on this machine, made anew at each start.

Its servers, keys, custodians and log are its own and lie in one folder, so that nothing of it can
be taken for the real one's, and all that was practised goes with the folder.
"""

import os
import shutil
import sys
from pathlib import Path

from rich.console import Console

from sunseal.demo import ports
from sunseal.demo.stack import Stack
from sunseal.embedded import EmbeddedError, InUse, folders
from sunseal.embedded.locks import Lock
from sunseal.kit.practice import PREFIX, is_practice
from sunseal.practice import cast
from sunseal.serve import refuse_other_databases, serve

# Whoever practises sees each tick; a second apart, the whole takes as long as people read.
TICK_SECONDS = 1.0
# What says that a folder is ours to empty, and what another start holds on to.
MARK, LOCK = "practice", "lock"


class NotOurs(EmbeddedError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} is not empty, and no practice instance made it. What is there would be "
            "removed at each start: name another folder."
        )


def practise(
    state: Path | None, host: str, port: int, origin: str, seconds: float, most: int
) -> None:
    """Serves until Ctrl-C."""
    refuse_other_databases(os.environ)
    if not is_practice(origin):
        sys.exit(f"{origin!r} does not begin with {PREFIX!r}: it would be taken for a real name.")
    try:
        stack = make(state or _default(), host, port, origin, seconds, most)
    except EmbeddedError as error:
        sys.exit(str(error))
    serve(stack, _welcome)


def make(folder: Path, host: str, port: int, origin: str, seconds: float, most: int) -> Stack:
    """On an emptied folder, not started. One web server: its lock makes the limit exact.

    Raises NotOurs, InUse.
    """
    empty(folder)
    return Stack(
        folder,
        tick_seconds=TICK_SECONDS,
        first_port=port,
        cast=cast.of(origin, seconds, most),
        webs=1,
        host=host,
    )


def empty(folder: Path) -> None:
    """Removes what was practised before. Raises NotOurs, InUse."""
    folders.make_passage(folder)
    mark = folder / MARK
    if not mark.exists() and any(folder.iterdir()):
        raise NotOurs(folder)
    lock = Lock(folder / LOCK)
    if not lock.take():
        raise InUse(folder)
    try:
        mark.touch()
        for each in folder.iterdir():
            if each.name not in (MARK, LOCK):
                shutil.rmtree(each) if each.is_dir() else each.unlink()
    finally:
        lock.let_go()


def _default() -> Path:
    state = folders.state_of(Path(__file__).parents[3])
    return state.with_name(f"{state.name}-practice")


def _welcome(console: Console, stack: Stack) -> None:
    where = stack.urls[0].replace(ports.LOOPBACK, "localhost")
    console.print(f"Serving at {stack.urls[0]} (practice: {where}/practice)")
    console.print(f"Roster: {stack.installation.roster}", markup=False, soft_wrap=True)
    console.print(f"Accounts: {stack.installation.accounts_file}", markup=False, soft_wrap=True)
    console.print(f"Logs: {stack.logs}", markup=False, soft_wrap=True)
