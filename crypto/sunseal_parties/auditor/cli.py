"""The program `sunseal-audit`: exit 0 when everything holds, 1 with faults, 2 when unreadable."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from sunseal_crypto.errors import CryptoError
from sunseal_parties.auditor import certificate as certificates
from sunseal_parties.auditor import report
from sunseal_parties.auditor.case import Outside
from sunseal_parties.auditor.verify import verify as run

HOLDS, FAULTY, UNREADABLE = 0, 1, 2

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)


@app.callback()
def begin() -> None:
    """Re-check a tender from its bundle, or a firm's certificate, offline."""


@app.command()
def verify(
    bundle: Annotated[Path, typer.Argument(help="The bundle that a supervisor downloaded.")],
    roster: Annotated[
        Path, typer.Option(help="The roster file, got from a gazette or a custodian's own site.")
    ],
    annex: Annotated[
        Path | None,
        typer.Option(help="Headers of revoked bids, as the supervisors decrypted them."),
    ] = None,
    kept: Annotated[
        list[Path] | None,
        typer.Option(
            help="What somebody else kept of the log: a checkpoint, a receipt or a promise."
            " May be given again."
        ),
    ] = None,
    seen: Annotated[
        list[Path] | None,
        typer.Option(help="What a cosigner saw: `sunseal-custodian state`. Repeat for several."),
    ] = None,
    previous_roster: Annotated[
        Path | None, typer.Option(help="The roster of the log before this one, if there was one.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Check everything in a bundle, and name each fault with the entry it is in."""
    try:
        roster_bytes = roster.read_bytes()
        annex_bytes = annex.read_bytes() if annex else None
        papers = {str(path): path.read_bytes() for path in kept or ()}
        outside = Outside(
            previous_roster.read_bytes() if previous_roster else None,
            tuple(path.read_bytes() for path in seen or ()),
        )
        with bundle.open("rb") as file:
            verdict = run(file, roster_bytes, annex_bytes, papers, outside)
    except CryptoError as error:
        _unreadable(str(error))
    except OSError as error:
        _unreadable(f"{error.filename or 'the system'}: {error.strerror}")
    if json:
        sys.stdout.buffer.write(report.as_json(verdict) + b"\n")
    else:
        report.show(verdict, Console())
    raise typer.Exit(HOLDS if verdict.holds else FAULTY)


@app.command()
def certificate(
    file: Annotated[Path, typer.Argument(help="The certificate: its JSON file, or the PDF.")],
    roster: Annotated[
        Path, typer.Option(help="The roster file, got from a gazette or a custodian's own site.")
    ],
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%SZ"], help="As of this time in UTC, not of now."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Check a clearance certificate: who is clear, on which lists, and until when."""
    now = at.replace(tzinfo=UTC) if at else datetime.now(UTC)  # noqa: TID251 this is the edge
    try:
        checked = certificates.check(file.read_bytes(), roster.read_bytes(), now)
    except CryptoError as error:
        _unreadable(str(error), "Not a certificate of this platform")
    except OSError as error:
        _unreadable(f"{error.filename or 'the system'}: {error.strerror}")
    if json:
        sys.stdout.buffer.write(certificates.as_json(checked) + b"\n")
    else:
        certificates.show(checked, Console())
    raise typer.Exit(HOLDS if checked.holds else FAULTY)


def main() -> None:
    app()


def _unreadable(reason: str, what: str = "Nothing was checked") -> NoReturn:
    Console(stderr=True).print(f"{what}: {reason}", markup=False, highlight=False)
    raise typer.Exit(UNREADABLE)
