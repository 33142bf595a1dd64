"""The platform's API as the bidder uses it: one function for each route."""

from uuid import UUID

import msgspec
from msgspec import Struct

from sunseal_crypto.amendment import SignedAmendment
from sunseal_crypto.joining import SignedJoining
from sunseal_crypto.statement import SignedStatement
from sunseal_parties.bidder.client import API, GONE, Client, refusal
from sunseal_parties.bidder.timetable import Shown
from sunseal_parties.bidder.trust import Offered

# A firm of this country has a unified social credit code.
HOME = "CN"
# What the platform answers to a code that it does not take, or not so soon again.
WRONG_CODE = frozenset({401, 429})


class Person(Struct, frozen=True):
    name: str
    email: str
    password: str


class Owner(Struct, frozen=True):
    """`identifier` is a company's, `person_id` a person's."""

    kind: str
    name: str
    identifier: str
    country: str
    person_id: str

    def __repr__(self) -> str:
        return f"Owner({self.name!r})"


class Registration(Struct, frozen=True):
    """`uscc` is the unified social credit code; from abroad it is None, and a number stands beside
    the country's code of two letters."""

    name: str
    uscc: str | None
    legal_representative: str
    person: Person
    country: str
    registration_number: str
    legal_representative_id: str
    owners: list[Owner]

    def __repr__(self) -> str:
        return f"Registration({self.name!r})"


class Named(Struct, frozen=True):
    id: UUID


class Me(Struct, frozen=True):
    """`signing_key` is the enrolled public key, if there is one."""

    person: Named
    organization: Named
    signing_key: bytes | None = None


class Session(Struct, frozen=True):
    """`needs` is what must be shown before the token opens anything: `code` or `enrolment`."""

    token: str
    needs: str = ""


class CertificateView(Struct, frozen=True):
    certificate: bytes
    receipt: str | None = None


class JoiningView(Struct, frozen=True):
    """`receipt` comes when the log holds the joining."""

    id: UUID
    joining: bytes
    receipt: str | None = None


class SubmissionView(Struct, frozen=True):
    """`upload` is where the sealed file goes; a withdrawal has none."""

    id: UUID
    state: str
    upload: str | None = None
    promise: str | None = None
    receipt: str | None = None
    refusal: str | None = None


class WordView(Struct, frozen=True):
    custodian: int
    receipt: str | None = None


class AmendmentView(Struct, frozen=True):
    """What the platform calls it and since when it counts, we do not read: that is proved."""

    amendment: bytes
    signatures: list[bytes]
    acknowledgements: list[WordView]


class HistoryView(Struct, frozen=True):
    amendments: list[AmendmentView]


class Promised(Struct, frozen=True):
    promise: str


def register(client: Client, registration: Registration) -> None:
    client.post(f"{API}/organizations", registration, secret=True)


def sign_in(client: Client, email: str, password: str) -> Session:
    body = {"email": email, "password": password}
    return client.post(f"{API}/sessions", body, secret=True).read(Session)


def show_code(client: Client, code: str) -> str:
    """The whole session's token; the client's own is of the one that waits for the code."""
    body, json = msgspec.json.encode({"code": code}), {"Content-Type": "application/json"}
    path = f"{API}/sessions/second-factor"
    answer = client.request("POST", path, body, json, expected=WRONG_CODE)
    if answer.status in WRONG_CODE:
        raise refusal(answer)
    return answer.read(Session).token


def me(client: Client) -> Me:
    return client.get(f"{API}/me").read(Me)


def enrol_key(client: Client, public: bytes, proof: bytes) -> None:
    client.post(f"{API}/keys", {"public_key": public, "proof": proof})


def offered(client: Client, tender: UUID, envelope: str) -> Offered:
    """What the platform shows of an envelope, to be checked."""
    notice = client.get(f"{API}/tenders/{tender}/notice").body
    view = client.get(f"{_envelope(tender, envelope)}/certificate").read(CertificateView)
    return Offered(view.certificate, (view.receipt or "").encode(), notice)


def amendments(client: Client, tender: UUID, envelope: str) -> list[Shown]:
    """What the platform shows of the timetable's moves, to be checked."""
    history = client.get(f"{_envelope(tender, envelope)}/amendments").read(HistoryView)
    return [
        Shown(
            SignedAmendment(each.amendment, each.signatures),
            [word.receipt.encode() for word in each.acknowledgements if word.receipt],
        )
        for each in history.amendments
    ]


def joining(client: Client, tender: UUID, envelope: str) -> JoiningView | None:
    """Our own, if we have joined."""
    path = f"{_envelope(tender, envelope)}/joinings"
    answer = client.request("GET", path, expected=GONE)
    return None if answer.status in GONE else answer.read(JoiningView)


def join(client: Client, tender: UUID, envelope: str, signed: SignedJoining) -> None:
    client.post(f"{_envelope(tender, envelope)}/joinings", signed)


def commit(client: Client, tender: UUID, envelope: str, signed: SignedStatement) -> SubmissionView:
    """The same submission however often the same statement is sent."""
    return client.post(f"{_envelope(tender, envelope)}/submissions", signed).read(SubmissionView)


def submission(client: Client, id_: str) -> SubmissionView:
    return client.get(f"{API}/submissions/{id_}").read(SubmissionView)


def finalise(client: Client, id_: str) -> str:
    """The promise, the same one each time."""
    return client.post(f"{API}/submissions/{id_}/finalise").read(Promised).promise


def _envelope(tender: UUID, name: str) -> str:
    return f"{API}/tenders/{tender}/envelopes/{name}"
