"""Who the bidder is: registration, sign-in, the organization's signing key."""

from pathlib import Path
from typing import Annotated

import typer

from sunseal_crypto import framing, roster, signing
from sunseal_crypto.errors import Malformed
from sunseal_parties.bidder import owners, routes
from sunseal_parties.bidder.commands.options import Roster, read_file, session_of
from sunseal_parties.bidder.errors import OutOfOrder, WrongInput
from sunseal_parties.bidder.home import Membership
from sunseal_parties.bidder.routes import HOME, Me, Person, Registration
from sunseal_parties.bidder.session import Session

ENROL_LABEL = b"sunseal/enrol-key/v1"

PasswordFile = Annotated[Path | None, typer.Option(help="Read the password from this file.")]
# Whatever stands on a command line, everybody on the machine can read.
NumberFile = Annotated[
    Path | None, typer.Option(help="The number of the legal representative's document, in a file.")
]
OwnersFile = Annotated[
    Path | None,
    typer.Option(help="CSV of kind,name,identifier,country,person_id: one line for each owner."),
]


def register(
    context: typer.Context,
    name: Annotated[str, typer.Option(prompt="Organization", help="As on the licence.")],
    legal_representative: Annotated[str, typer.Option(prompt="Legal representative")],
    person: Annotated[str, typer.Option(prompt="Your name")],
    email: Annotated[str, typer.Option(prompt="Your e-mail address")],
    uscc: Annotated[str, typer.Option(help="Unified social credit code; not from abroad.")] = "",
    country: Annotated[str, typer.Option(help="Two letters, if not this one: GB.")] = HOME,
    registration_number: Annotated[
        str, typer.Option(help="From abroad: the firm's number in its country's register.")
    ] = "",
    legal_representative_id_file: NumberFile = None,
    owners_file: OwnersFile = None,
    password_file: PasswordFile = None,
) -> None:
    """Register your organization, with yourself as its administrator, and sign in."""
    session = session_of(context)
    code, number = _identity(country.upper(), uscc, registration_number)
    password = _password(password_file, confirm=True)
    form = Registration(
        name=name,
        uscc=code,
        legal_representative=legal_representative,
        person=Person(person, email, password),
        country=country.upper(),
        registration_number=number,
        legal_representative_id=_text(legal_representative_id_file),
        owners=owners.parse(read_file(owners_file)) if owners_file else [],
    )
    with session.client(signed_in=False) as client:
        routes.register(client, form)
        token = routes.sign_in(client, email, password).token
    _remember(session, token)


def login(
    context: typer.Context,
    email: Annotated[str, typer.Option(help="Asked for when it is not given.")] = "",
    password_file: PasswordFile = None,
    token_file: Annotated[Path | None, typer.Option(help="Use this token instead.")] = None,
    code: Annotated[str, typer.Option(help="One-time or recovery code, asked for if needed.")] = "",
) -> None:
    """Sign in by e-mail address and password, or with a token issued for this program."""
    session = session_of(context)
    if token_file:
        _remember(session, read_file(token_file).decode().strip())
        return
    email = email or typer.prompt("E-mail address")
    password = _password(password_file, confirm=False)
    with session.client(signed_in=False) as client:
        begun = routes.sign_in(client, email, password)
    _remember(session, _second_factor(session, begun, code) if begun.needs else begun.token)


def enrol_key(context: typer.Context, roster_file: Roster = None) -> None:
    """Make the organization's signing key, once, and prove to the platform that you hold it."""
    session = session_of(context)
    # The roster, not the platform, says for which platform the proof is good.
    origin = roster.parse(own_roster(session, roster_file)).origin
    organization = session.home.membership().organization
    key = session.home.make_organization_key()
    message = framing.fields(origin.encode(), organization.encode(), key.public)
    proof = signing.sign_labelled(key, ENROL_LABEL, message)
    with session.client() as client:
        enrolled = routes.me(client).signing_key
        if enrolled != key.public:
            routes.enrol_key(client, key.public, proof)
    session.output.result(
        f"Your signing key is enrolled. Keep a copy of {session.home.folder} in a safe place.",
        public_key=key.public.hex(),
    )


def own_roster(session: Session, path: Path | None) -> bytes:
    """The roster file given now, or the one given before. Raises OutOfOrder, Malformed."""
    if path is None:
        kept = session.home.roster()
        if kept is None:
            raise OutOfOrder("Which roster? Get the file from the gazette and give it as --roster.")
        return kept
    data = read_file(path)
    try:
        roster.parse(data)
    except Malformed as error:
        raise WrongInput(f"{path} is no roster file: {error}.") from error
    session.home.keep_roster(data)
    return data


def _identity(country: str, uscc: str, number: str) -> tuple[str | None, str]:
    """What tells the firm from others, asked for where it is missing."""
    if country == HOME and not uscc:
        uscc = typer.prompt("Unified social credit code")
    if country != HOME and not uscc and not number:
        number = typer.prompt("Registration number")
    return uscc or None, number


def _text(path: Path | None) -> str:
    return read_file(path).decode().strip() if path else ""


def _second_factor(session: Session, begun: routes.Session, code: str) -> str:
    """The token of a whole session. Raises OutOfOrder where no factor is set up yet."""
    if begun.needs != "code":
        raise OutOfOrder(
            "Your role needs more than a password and has nothing yet: sign in once on the "
            "platform's pages, set up an app for one-time codes, and run this again. "
            "Programs take codes and recovery codes, no passkeys."
        )
    with session.client(token=begun.token) as client:
        return routes.show_code(client, code or typer.prompt("One-time code or recovery code"))


def _remember(session: Session, token: str) -> None:
    with session.client(token=token) as client:
        me = routes.me(client)
    session.home.keep_token(token)
    session.home.keep_membership(_membership(me))
    session.output.result("You are signed in.", organization=str(me.organization.id))


def _membership(me: Me) -> Membership:
    return Membership(person=str(me.person.id), organization=str(me.organization.id))


def _password(path: Path | None, *, confirm: bool) -> str:
    if path:
        return read_file(path).decode().rstrip("\n")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=confirm)
    return password
