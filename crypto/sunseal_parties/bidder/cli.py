"""The program `sunseal-bid`."""

import resource
import sys
from pathlib import Path
from typing import Annotated

import typer

from sunseal_crypto.errors import CryptoError
from sunseal_parties.bidder.client import TOTAL_PATIENCE, Patience
from sunseal_parties.bidder.commands import account, bidding, options, proof
from sunseal_parties.bidder.errors import BidderError
from sunseal_parties.bidder.home import Home
from sunseal_parties.bidder.output import Output
from sunseal_parties.bidder.session import Session

DEFAULT_HOME = Path("~/.sunseal-bid")
# With the number of values that follow; wherever they stand, they mean the same.
GLOBAL_OPTIONS = {"--home": 1, "--url": 1, "--patience": 1, "--json": 0}

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
for command in (
    account.register,
    account.login,
    account.enrol_key,
    bidding.check,
    bidding.deadline,
    bidding.join,
    bidding.seal,
    bidding.rehearse,
    bidding.submit,
    proof.receipt,
    proof.verify_receipt,
    bidding.replace,
    bidding.withdraw,
    proof.status,
):
    app.command()(command)


@app.callback()
def begin(
    context: typer.Context,
    home: Annotated[
        Path, typer.Option(envvar="SUNSEAL_BID_HOME", help="Keys, sealed files and progress.")
    ] = DEFAULT_HOME,
    url: options.Urls = [],  # noqa: B006 typer reads it, nobody writes to it
    patience: options.Seconds = TOTAL_PATIENCE,
    json: options.Json = False,
) -> None:
    """Seal a bid on your own machine, hand it in, hold the proof. Every command may be repeated."""
    open_home(context, home, url, patience, json)


def open_home(
    context: typer.Context, home: Path, url: list[str], patience: float, json: bool
) -> None:
    """Begins a session in the folder of keys, which no other command uses meanwhile."""
    folder = Home(home.expanduser())
    context.obj = Session(folder, url, Output(json=json), Patience.of(patience))
    context.with_resource(folder.locked())


def main(arguments: list[str] | None = None) -> None:
    run(app, sys.argv[1:] if arguments is None else arguments)


def run(program: typer.Typer, given: list[str]) -> None:
    """Runs one command; what goes wrong is said in a sentence, and ends in its exit code."""
    # Keys and prices are in memory: a crash must not put them into a file for others.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        program(args=globals_first(given))
    except BidderError as error:
        _fail(given, error)
    except CryptoError as error:
        _fail(given, BidderError(f"{error}."))
    except OSError as error:
        _fail(given, BidderError(f"{error.filename or 'The system'}: {error.strerror}."))


def globals_first(arguments: list[str]) -> list[str]:
    """Options that belong to every command may stand behind its name, where people write them."""
    first: list[str] = []
    rest = list(arguments)
    at = 0
    while at < len(rest) and rest[at] != "--":
        name, equals, _ = rest[at].partition("=")
        if name not in GLOBAL_OPTIONS:
            at += 1
            continue
        length = 1 if equals else 1 + GLOBAL_OPTIONS[name]
        first += rest[at : at + length]
        del rest[at : at + length]
    return first + rest


def _fail(arguments: list[str], error: BidderError) -> None:
    Output(json="--json" in arguments).failed(error)
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
