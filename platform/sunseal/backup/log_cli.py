"""`sunseal log`: what becomes of the log when ticks of it are lost."""

import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from sunseal.backup import archive, origin
from sunseal.backup.cli import admin_url, environment, sentences, settings_for
from sunseal.backup.origin import Order, Who
from sunseal.keys import Keys
from sunseal.settings import Side

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


@app.callback()
def log() -> None:
    """Begin a new log, and take evidence out of one that ended."""


@app.command("new-origin")
def new_origin(
    states: Annotated[
        list[Path], typer.Argument(help="Of the log that ended, from each cosigner.")
    ],
    previous: Annotated[Path, typer.Option(help="The roster of the log that ended.")],
    out: Annotated[Path, typer.Option(help="The hand-over file, for cosigners and auditors.")],
    operator: Annotated[str, typer.Option(help="E-mail of the operator who proposes it.")],
    supervisor: Annotated[str, typer.Option(help="E-mail of the supervisor who confirms it.")],
    reason: Annotated[str, typer.Option(help="The operator's: how the ticks were lost.")],
    agreed: Annotated[str, typer.Option(help="The supervisor's reason to agree.")],
) -> None:
    """Begin the log that follows a restored one, in an empty database; asks both to sign in."""
    settings = settings_for(Side.NEW_LOG)
    order = Order(
        past_url=environment("DATABASE_URL_PAST"),
        admin_url=admin_url(),
        previous=previous.read_bytes(),
        roster=settings.roster_bytes(),
        keys=Keys(settings.keys, settings.origin),
        states=states,
        tick_seconds=settings.tick_seconds,
        operator=Who(operator, _password(operator), reason, partial(_code, operator)),
        supervisor=Who(supervisor, _password(supervisor), agreed, partial(_code, supervisor)),
        second_factor=settings.second_factor,
    )
    with sentences():
        out.write_bytes(origin.begin(order))
    print(f"{settings.origin} has begun. Cosigners follow it after `sunseal-custodian adopt`.")


@app.command()
def bundle(tender: UUID, out: Path) -> None:
    """Write a tender's evidence out of a held log, which no web server shows."""
    roster = Path(environment("SUNSEAL_ROSTER")).read_bytes()
    with (
        sentences(),
        os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
    ):
        archive.bundle(admin_url(), tender, roster, file)


def _password(email: str) -> str:
    """Asked for, or a line of standard input where nobody sits."""
    return _asked(f"Password of {email}")


def _code(email: str) -> str:
    """The same for whoever has a second factor."""
    return _asked(f"One-time or recovery code of {email}")


def _asked(what: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt(what, hide_input=True))
