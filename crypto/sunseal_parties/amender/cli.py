"""The program `sunseal-amend`: propose a later timetable, or confirm what another proposed."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sunseal_parties.amender import signing
from sunseal_parties.amender.errors import NothingToConfirm
from sunseal_parties.bidder.cli import open_home, run
from sunseal_parties.bidder.client import TOTAL_PATIENCE
from sunseal_parties.bidder.commands import account, options
from sunseal_parties.bidder.commands.options import session_of
from sunseal_parties.bidder.errors import WrongInput

DEFAULT_HOME = Path("~/.sunseal-amend")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
app.command()(account.login)
app.command()(account.enrol_key)


@app.callback()
def begin(
    context: typer.Context,
    home: Annotated[Path, typer.Option(help="Key, sign-in and what was checked.")] = DEFAULT_HOME,
    url: options.Urls = [],  # noqa: B006 typer reads it, nobody writes to it
    patience: options.Seconds = TOTAL_PATIENCE,
    json: options.Json = False,
) -> None:
    """Sign on your own machine that a tender is postponed. Two organizations have to."""
    open_home(context, home, url, patience, json)


@app.command()
def propose(
    context: typer.Context,
    tender: options.Tender,
    deadline: Annotated[str, typer.Option(help="RFC 3339, such as 2027-04-01T09:30:00+08:00.")],
    not_before: Annotated[str, typer.Option(help="When bids may be opened; the same form.")],
    reason: Annotated[str, typer.Option(help="Published, and signed by both of you.")],
    envelope: options.Envelope = options.FIRST_ENVELOPE,
    roster: options.Roster = None,
) -> None:
    """Propose a later deadline and opening, signed by your organization's key."""
    session = session_of(context)
    data = account.own_roster(session, roster)
    later = (_moment(deadline), _moment(not_before))
    made = signing.propose(session, data, tender, envelope, later, reason)
    session.output.result(
        f"Proposed as amendment {made.number} of tender {tender}. It counts for nothing until the "
        "centre has confirmed it and enough custodians have acknowledged it.",
        id=str(made.id),
        number=made.number,
    )


@app.command()
def confirm(
    context: typer.Context,
    tender: options.Tender,
    envelope: options.Envelope = options.FIRST_ENVELOPE,
    roster: options.Roster = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Show what the tendering side proposed, checked by your own roster, and sign it as well."""
    session = session_of(context)
    data = account.own_roster(session, roster)
    found = signing.proposed(session, data, tender, envelope)
    if not found:
        raise NothingToConfirm
    wanted = found[0]
    said = wanted.amendment
    session.output.say(
        f"Amendment {said.number} moves the deadline to {said.deadline.astimezone()} and the "
        f"opening to {said.not_before.astimezone()}. Reason: {said.reason}"
    )
    if not yes:
        typer.confirm("Sign it for your organization?", abort=True)
    signing.confirm(session, wanted)
    session.output.result(
        f"Confirmed. It is in force once enough custodians have acknowledged it in the log: "
        f"GET /api/v1/tenders/{tender}/envelopes/{envelope}/amendments shows how many have.",
        id=str(wanted.id),
        number=said.number,
    )


def main(arguments: list[str] | None = None) -> None:
    run(app, sys.argv[1:] if arguments is None else arguments)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongInput(f"{text!r} is no time: write 2027-04-01T09:30:00+08:00.") from None
    if moment.tzinfo is None:
        raise WrongInput(f"{text!r} does not say in which time zone: add +08:00, or Z.")
    return moment.astimezone(UTC)


if __name__ == "__main__":
    main()
