"""`make serve`: the service on this machine's own servers, with accounts to sign in with.

For looking at it and building on it. Production starts each role by itself, against real servers.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sunseal.demo.children import ChildDied
from sunseal.demo.installation import SetupFailed
from sunseal.demo.seeds import seed_lists
from sunseal.demo.stack import Stack, TooSlow
from sunseal.embedded import EmbeddedError

FIRST_PORT = 8000
PAUSE = 0.5


def main(
    state: Annotated[Path | None, typer.Option(help="Where the servers keep their data.")] = None,
    port: Annotated[int, typer.Option(help="The first of two ports, if they are free.")] = (
        FIRST_PORT
    ),
) -> None:
    """Serve until Ctrl-C; what was there at the last start is there again."""
    refuse_other_databases(os.environ)
    serve(Stack(state, first_port=port), _welcome)


def serve(stack: Stack, welcome: Callable[[Console, Stack], None]) -> None:
    """The stack until Ctrl-C; `welcome` says where it is as soon as it answers."""
    console = Console(highlight=False)
    began = time.monotonic()

    def tell(step: str) -> None:
        console.print(f"[dim]{step} …[/]")

    for number in (signal.SIGINT, signal.SIGTERM):  # the first may be ignored, by a shell's `&`
        signal.signal(number, signal.default_int_handler)
    try:
        stack.start_serving(tell)
        welcome(console, stack)
        console.print(f"Up after {time.monotonic() - began:.1f} s.")
        stack.start_others(tell)
        seed_lists(stack)
        console.print("Custodians watch the log. Ctrl-C stops everything.")
        _stay(stack)
    except KeyboardInterrupt:
        console.print("Stopping.")
    except (ChildDied, EmbeddedError, SetupFailed, TooSlow) as error:
        console.print(str(error), style="red", markup=False)
        sys.exit(1)
    finally:
        stack.stop()


def refuse_other_databases(environment: Mapping[str, str]) -> None:
    """Seeded accounts have no business on a server that somebody else set up."""
    named = sorted(name for name in environment if name.startswith("DATABASE_URL"))
    if named:
        sys.exit(
            f"{named[0]} is set: this command makes accounts for trying things out and runs only "
            "on its own database; start `sunseal web` and `sunseal worker` against yours."
        )


def _stay(stack: Stack) -> None:
    while True:
        stack.check()
        time.sleep(PAUSE)


def _welcome(console: Console, stack: Stack) -> None:
    table = Table("role", "e-mail", "password", box=None)
    for account in stack.accounts.values():
        table.add_row(account.kind, account.email, account.password)
    console.print(table)
    for url in stack.urls:
        console.print(f"Serving at {url} (API description: {url}/api/v1/schema)")
    console.print(f"Roster: {stack.installation.roster}", markup=False, soft_wrap=True)
    console.print(f"Logs: {stack.logs}", markup=False, soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
