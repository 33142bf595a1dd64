"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from sunseal_crypto.bid import Practitioner
from sunseal_parties.bidder.errors import WrongInput
from sunseal_parties.bidder.session import Session

Urls = Annotated[
    list[str], typer.Option("--url", help="The platform's address; repeat it to name several.")
]
Seconds = Annotated[
    float, typer.Option(min=0, help="Seconds to keep trying when nothing gets through.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Tender = Annotated[UUID, typer.Argument(help="The tender's id, as its notice prints it.")]
Envelope = Annotated[str, typer.Option(help="The envelope's name, as the notice prints it.")]
Roster = Annotated[
    Path | None,
    typer.Option(
        "--roster", help="The roster file, from the gazette or a custodian, not the platform."
    ),
]
Documents = Annotated[list[Path], typer.Argument(help="The bid's documents.")]
Price = Annotated[str, typer.Option(help="The price in digits, such as 1234567.89.")]
Currency = Annotated[str, typer.Option(help="Three letters; the tender's own if not given.")]
Practitioners = Annotated[
    list[str],
    typer.Option("--practitioner", help="NAME or NAME=HINT; HINT tells namesakes apart."),
]
ValidityDays = Annotated[int | None, typer.Option(min=1, max=3650, help="Days the bid binds you.")]
Anew = Annotated[bool, typer.Option("--anew", help="Give up what is sealed and not received.")]
Wait = Annotated[
    float, typer.Option(min=0, help="Seconds to wait for the receipt; 0 does not wait.")
]
WAIT = 120.0
FIRST_ENVELOPE = "1"


def session_of(context: typer.Context) -> Session:
    session = context.obj
    assert isinstance(session, Session)
    return session


def read_file(path: Path) -> bytes:
    """Raises WrongInput."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongInput(f"{path} cannot be read: {error.strerror}.") from error


def practitioner(text: str) -> Practitioner:
    name, _, hint = text.partition("=")
    if not name:
        raise WrongInput(f"{text!r} is no practitioner: write NAME or NAME=HINT.")
    return Practitioner(name=name, id_hint=hint or None)
