"""What the bidder keeps: the receipt as a file, its verification, and where everything stands."""

from pathlib import Path
from typing import Annotated

import typer

from sunseal_crypto import event, roster
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.event import LogEvent
from sunseal_crypto.receipt import VerifiedReceipt
from sunseal_crypto.roster import Roster
from sunseal_parties.bidder import home, trust
from sunseal_parties.bidder.attempts import Attempt, Attempts
from sunseal_parties.bidder.commands import options
from sunseal_parties.bidder.commands.account import own_roster
from sunseal_parties.bidder.commands.options import read_file, session_of
from sunseal_parties.bidder.commands.outcome import WORDS, Refused, facts
from sunseal_parties.bidder.errors import BidderError, Untrusted
from sunseal_parties.bidder.home import EnvelopeHome


class NotComplete(BidderError):
    """The statement is received; what is missing is the log's proof of it."""

    safe = "It counts: the platform has promised in writing to log it."
    next = (
        "Run this again. If the receipt never comes, the promise (--promise FILE saves it) is your "
        "proof against the platform."
    )

    def __init__(self) -> None:
        super().__init__("The bid is received, its receipt not complete yet.")


def receipt(
    context: typer.Context,
    tender: options.Tender,
    envelope: options.Envelope = options.FIRST_ENVELOPE,
    out: Annotated[Path | None, typer.Option(help="Where to; otherwise named by tender.")] = None,
    promise: Annotated[Path | None, typer.Option(help="Save the platform's promise here.")] = None,
    wait: options.Wait = options.WAIT,
) -> None:
    """Wait for the receipt of your last statement, verify it, and save it as a file."""
    session = session_of(context)
    place = session.envelope(tender, envelope)
    attempt = Attempts(place.folder).required_head()
    if promise:
        home.write_beside(promise, attempt.promise.encode())
    if attempt.stage != "complete":
        with session.desk(place) as desk:
            attempt = desk.wait(attempt, wait, session.output.say)
    if attempt.stage == "refused":
        raise Refused(attempt.reason)
    if attempt.stage != "complete":
        raise NotComplete
    path = out or Path(f"receipt-{tender}-{envelope}-{attempt.said.sequence}.txt")
    home.write_beside(path, attempt.receipt.encode())
    session.output.result(f"The receipt is complete and saved as {path}.", path=str(path))


def verify_receipt(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The receipt.")],
    roster_file: options.Roster = None,
    threshold: Annotated[
        int | None, typer.Option(min=2, help="The tender's t; without it, the most cosigners.")
    ] = None,
) -> None:
    """Verify a receipt against your own roster. No network is needed."""
    session = session_of(context)
    parsed = roster.parse(own_roster(session, roster_file))
    text = read_file(file)
    try:
        # The quorum follows from the tender's threshold; without it, from the largest there is.
        quorum = roster.quorum(parsed, threshold or len(parsed.custodians))
        verified = trust.verify_receipt(text, parsed, quorum)
        logged = event.decode(verified.detail)
    except CryptoError as error:
        raise Untrusted(f"The receipt does not hold: {error}.") from error
    session.output.result(
        _words(verified, logged, parsed),
        action=logged.action,
        object=logged.object,
        at=logged.at.isoformat(),
        statement=logged.data.get("statement", ""),
        tick=verified.tick.number,
        cosigned=sorted(verified.cosigned),
    )


def status(context: typer.Context) -> None:
    """Show how far each of your statements has come, as this folder knows it."""
    session = session_of(context)
    places = session.home.envelopes()
    lines = [_line(place, attempt) for place in places for attempt in _attempts(place)]
    session.output.result(
        "\n".join(lines) or "Nothing has been sealed in this folder.",
        statements=[
            {"tender": str(place.tender), "envelope": place.name, **facts(attempt)}
            for place in places
            for attempt in _attempts(place)
        ],
    )


def _attempts(place: EnvelopeHome) -> list[Attempt]:
    return Attempts(place.folder).all()


def _line(place: EnvelopeHome, attempt: Attempt) -> str:
    said = attempt.said
    price = f" {attempt.price} {attempt.currency}" if attempt.price else ""
    return (
        f"tender {place.tender} envelope {place.name}: {said.action} {said.sequence}{price}: "
        f"{WORDS[attempt.stage]}"
    )


def _words(verified: VerifiedReceipt, logged: LogEvent, parsed: Roster) -> str:
    names = ", ".join(sorted(verified.cosigned))
    return (
        f"The receipt holds. The log of {verified.origin} has, in tick {verified.tick.number} of "
        f"{verified.tick.time.astimezone()}: {logged.action} for {logged.object}, statement "
        f"{logged.data.get('statement', '-')}. {len(verified.cosigned)} of "
        f"{len(parsed.cosigners())} cosigners vouch for it: {names}."
    )
