"""From the envelope's key to a received bid: check, join, seal, rehearse, submit, and back."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from sunseal_crypto import roster, statement
from sunseal_crypto.amendment import Timetable
from sunseal_parties.bidder import clock, routes, timetable, trust
from sunseal_parties.bidder.attempts import Attempt
from sunseal_parties.bidder.client import Client
from sunseal_parties.bidder.commands import options
from sunseal_parties.bidder.commands.account import own_roster
from sunseal_parties.bidder.commands.options import session_of
from sunseal_parties.bidder.commands.outcome import end_of_wait
from sunseal_parties.bidder.errors import OutOfOrder
from sunseal_parties.bidder.home import EnvelopeHome
from sunseal_parties.bidder.prepare import Workshop
from sunseal_parties.bidder.seal import Offer
from sunseal_parties.bidder.session import Session
from sunseal_parties.bidder.trust import Trusted


def check(
    context: typer.Context,
    tender: options.Tender,
    envelope: options.Envelope = options.FIRST_ENVELOPE,
    roster_file: options.Roster = None,
) -> None:
    """Check by your own roster that only its custodians together can open the envelope."""
    session = session_of(context)
    data = own_roster(session, roster_file)
    home = session.envelope(tender, envelope)
    with session.client() as client:
        trusted = trust.accept(routes.offered(client, tender, envelope), data, home)
        current = _timetable(session, client, trusted, home)
    terms = trusted.key.terms
    session.output.result(
        f"The key of envelope {envelope} of {trusted.notice.title!r} is good: {terms.t} of "
        f"{terms.n} custodians must agree to open it, not before "
        f"{current.not_before.astimezone()}. Bids are due by {current.deadline.astimezone()}"
        f"{_amended(current)}. Roster SHA-256: {roster.fingerprint(data).hex()}",
        recipient=trusted.key.recipient,
        deadline=current.deadline.isoformat(),
        not_before=current.not_before.isoformat(),
        amendment=current.number,
        roster=roster.fingerprint(data).hex(),
    )


def deadline(
    context: typer.Context,
    tender: options.Tender,
    envelope: options.Envelope = options.FIRST_ENVELOPE,
) -> None:
    """Show until when a bid may be handed in for sure, with every amendment proved or refused."""
    session = session_of(context)
    home = session.envelope(tender, envelope)
    trusted = trust.pinned(home)
    with session.client() as client:
        current = _timetable(session, client, trusted, home)
    session.output.result(
        f"Bids are due by {current.deadline.astimezone()}{_amended(current)}; they are opened "
        f"not before {current.not_before.astimezone()}.",
        deadline=current.deadline.isoformat(),
        not_before=current.not_before.isoformat(),
        amendment=current.number,
    )


def join(
    context: typer.Context,
    tender: options.Tender,
    envelope: options.Envelope = options.FIRST_ENVELOPE,
) -> None:
    """Join the tender under a pseudonym that only you can tie to your organization."""
    session = session_of(context)
    home = session.envelope(tender, envelope)
    signed = session.workshop(home).joining()
    with session.client() as client:
        before = routes.joining(client, tender, envelope)
        if before is None:
            routes.join(client, tender, envelope, signed)
        elif before.joining != signed.joining:
            raise OutOfOrder(
                "Your organization has joined already, with a pseudonym made in another folder. "
                "Continue there, or copy that folder here: without its key nobody can bid for you."
            )
    home.pin("joining", signed.joining)
    session.output.result("Your organization has joined.", pseudonym=home.pseudonym().public.hex())


def seal(
    context: typer.Context,
    tender: options.Tender,
    documents: options.Documents,
    price: options.Price,
    envelope: options.Envelope = options.FIRST_ENVELOPE,
    currency: options.Currency = "",
    practitioners: options.Practitioners = [],  # noqa: B006 typer reads it, nobody writes to it
    validity_days: options.ValidityDays = None,
    anew: options.Anew = False,
    rehearse: Annotated[
        bool, typer.Option(help="Open it again at once; no bid is handed in without that.")
    ] = True,
) -> None:
    """Seal your bid on this machine. Nothing leaves it; no network is needed."""
    session = session_of(context)
    home = session.envelope(tender, envelope)
    workshop = session.workshop(home)
    offer = _offer(workshop, documents, price, currency, practitioners, validity_days)
    _warn_late(session, workshop)
    attempt = _seal(session, workshop, offer, replace=False, anew=anew)
    if rehearse:
        attempt = _rehearse(session, workshop, attempt)
    _tell_sealed(session, workshop, attempt)


def rehearse(
    context: typer.Context,
    tender: options.Tender,
    envelope: options.Envelope = options.FIRST_ENVELOPE,
) -> None:
    """Open your sealed bid with your own recovery key, and check all of it."""
    session = session_of(context)
    workshop = session.workshop(session.envelope(tender, envelope))
    attempt = workshop.attempts.unfinished() or workshop.attempts.head()
    if attempt is None or attempt.said.action == "withdraw":
        raise OutOfOrder("No bid is sealed here: run `sunseal-bid seal`.")
    _tell_sealed(session, workshop, _rehearse(session, workshop, attempt))


def submit(
    context: typer.Context,
    tender: options.Tender,
    envelope: options.Envelope = options.FIRST_ENVELOPE,
    as_sealed: Annotated[
        bool, typer.Option("--as-sealed", help="Although a document was edited since.")
    ] = False,
    wait: options.Wait = options.WAIT,
) -> None:
    """Hand in the sealed bid, or go on with it, and wait for the receipt."""
    session = session_of(context)
    home = session.envelope(tender, envelope)
    workshop = session.workshop(home)
    attempt = workshop.attempts.unfinished()
    if attempt is None:
        attempt = workshop.attempts.required_head()
    elif attempt.stage == "rehearsed" and not as_sealed:
        workshop.check_originals(attempt)
    _hand_in(session, home, attempt, wait)


def replace(
    context: typer.Context,
    tender: options.Tender,
    documents: options.Documents,
    price: options.Price,
    envelope: options.Envelope = options.FIRST_ENVELOPE,
    currency: options.Currency = "",
    practitioners: options.Practitioners = [],  # noqa: B006 typer reads it, nobody writes to it
    validity_days: options.ValidityDays = None,
    anew: options.Anew = False,
    wait: options.Wait = options.WAIT,
) -> None:
    """Seal another bid, rehearse it, and hand it in instead of the one received."""
    session = session_of(context)
    home = session.envelope(tender, envelope)
    workshop = session.workshop(home)
    offer = _offer(workshop, documents, price, currency, practitioners, validity_days)
    _refresh_head(session, home, workshop)
    attempt = _seal(session, workshop, offer, replace=True, anew=anew)
    attempt = _rehearse(session, workshop, attempt)
    _hand_in(session, home, attempt, wait)


def withdraw(
    context: typer.Context,
    tender: options.Tender,
    envelope: options.Envelope = options.FIRST_ENVELOPE,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    wait: options.Wait = options.WAIT,
) -> None:
    """Take your bid out of the box: it will not be opened."""
    session = session_of(context)
    home = session.envelope(tender, envelope)
    workshop = session.workshop(home)
    if not yes:
        typer.confirm("Your bid will not be opened. Withdraw it?", abort=True)
    _refresh_head(session, home, workshop)
    attempt = workshop.withdrawal(_abandon(session, home))
    _hand_in(session, home, attempt, wait)


def _offer(
    workshop: Workshop,
    documents: list[Path],
    price: str,
    currency: str,
    practitioners: list[str],
    validity_days: int | None,
) -> Offer:
    return Offer(
        price=price,
        currency=currency or workshop.trusted.notice.currency,
        documents=documents,
        practitioners=[options.practitioner(text) for text in practitioners],
        validity_days=validity_days,
    )


def _seal(
    session: Session, workshop: Workshop, offer: Offer, *, replace: bool, anew: bool
) -> Attempt:
    give_up = _abandon(session, workshop.home) if anew else None
    with session.output.progress("Sealing") as progress:
        return workshop.seal(offer, replace=replace, give_up=give_up, progress=progress)


def _abandon(session: Session, home: EnvelopeHome) -> Callable[[Attempt], None]:
    """Asks the platform first whether it has it, when it could: that needs the network."""

    def give_up(attempt: Attempt) -> None:
        with session.desk(home) as desk:
            desk.abandon(attempt)

    return give_up


def _rehearse(session: Session, workshop: Workshop, attempt: Attempt) -> Attempt:
    session.output.say("Rehearsing: the sealed file is opened with your recovery key.")
    return workshop.rehearse(attempt)


def _tell_sealed(session: Session, workshop: Workshop, attempt: Attempt) -> None:
    said = attempt.said
    path = workshop.attempts.sealed_file(attempt.number)
    rehearsed = attempt.stage != "sealed"
    next_ = "submit" if rehearsed else "rehearse"
    session.output.result(
        f"Sealed, {'and it opens as it should' if rehearsed else 'not rehearsed'}: price "
        f"{attempt.price} {attempt.currency}, {len(attempt.originals)} documents, {said.size:,} "
        f"bytes in {path}. It is still on this machine only; next: `sunseal-bid {next_}`.",
        path=str(path),
        size=said.size,
        sha256=said.sha256.hex(),
        statement=statement.digest(attempt.signed.statement).hex(),
        stage=attempt.stage,
    )


def _hand_in(session: Session, home: EnvelopeHome, attempt: Attempt, wait: float) -> None:
    with session.desk(home) as desk:
        if attempt.stage not in ("received", "complete"):
            with session.output.progress("Uploading, not handed in yet") as progress:
                attempt = desk.submit(attempt, progress)
        attempt = desk.wait(attempt, wait, session.output.say)
    end_of_wait(session.output, attempt)


def _refresh_head(session: Session, home: EnvelopeHome, workshop: Workshop) -> None:
    """A bid refused since it was received is no part of the chain: ask before adding to it."""
    head = workshop.attempts.head()
    if head is not None:
        with session.desk(home) as desk:
            desk.refresh(head)


def _timetable(session: Session, client: Client, trusted: Trusted, home: EnvelopeHome) -> Timetable:
    """What is sure; of a later deadline that is not, the user is told. Raises Untrusted."""
    # Where the terms name nobody who may postpone, whatever is shown is not worth reading.
    if not trusted.key.terms.amenders:
        return timetable.pinned(trusted, home)
    shown = routes.amendments(client, home.tender, home.name)
    known = timetable.learn(shown, trusted, home)
    if known.doubt:
        session.output.say(
            f"An amendment is announced that does not count ({known.doubt}). The deadline that is "
            f"sure is {known.current.deadline.astimezone()}: hand in your bid before it."
        )
    return known.current


def _amended(current: Timetable) -> str:
    return f", by amendment {current.number}, which is in force" if current.number else ""


def _warn_late(session: Session, workshop: Workshop) -> None:
    sure = timetable.pinned(workshop.trusted, workshop.home).deadline
    if clock.now() >= sure:
        session.output.say(
            f"By this machine's clock the deadline known here, {sure.astimezone()}, has passed. "
            "If it was postponed since, `sunseal-bid deadline` proves it."
        )
