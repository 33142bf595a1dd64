"""What is done in the hall, one form for each kind of act. An act is its canonical bytes."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal

from msgspec import Meta, Struct

from sunseal_crypto import canonical
from sunseal_crypto.errors import CryptoError

VERSION: Literal["sunseal/act/v1"] = "sunseal/act/v1"
LIMIT = 256 << 10
# So many acts one edition of the minutes names within that limit; the next edition names the rest.
MOST_NAMED = 2000

Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]


class Act(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """Who did it: `organization` is an id, `firm` its name, and `name` the person's."""

    version: Literal["sunseal/act/v1"]
    id: str
    tender: str
    at: datetime
    person: str
    name: str
    role: str
    organization: str
    firm: str


class Reading(Act, frozen=True, kw_only=True, tag="reading"):
    """A bid was read out, in these words of its own."""

    envelope: str
    position: int
    bidder: str
    price: str
    currency: str
    validity_days: int | None
    practitioners: list[str]


class Attendance(Act, frozen=True, kw_only=True, tag="attendance"):
    """Somebody is there. `unit` is whom he comes for, as he says; nobody looks it up."""

    attendee: str
    unit: str
    capacity: str


class Period(Act, frozen=True, kw_only=True, tag="period"):
    """Until when bidders may object."""

    until: datetime


class Objection(Act, frozen=True, kw_only=True, tag="objection"):
    """By a firm from its own session, or by a clerk who heard it in the room and names the firm."""

    raiser: str
    raiser_name: str
    text: str

    @property
    def is_own(self) -> bool:
        return self.raiser == self.organization


class Reply(Act, frozen=True, kw_only=True, tag="reply"):
    objection: str
    text: str


class Correction(Act, frozen=True, kw_only=True, tag="correction"):
    """What was said or written wrongly, put right beside it."""

    text: str


class RecordRef(Struct, frozen=True, forbid_unknown_fields=True):
    envelope: str
    number: int
    digest: Hash


class ActRef(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    digest: Hash


class Minutes(Act, frozen=True, kw_only=True, tag="minutes"):
    """What no edition before names, by digest and from the first on, to at most `MOST_NAMED`.

    `previous` is the digest of the edition before, or empty.
    """

    edition: int
    previous: bytes
    records: list[RecordRef]
    acts: list[ActRef]


class Signature(Act, frozen=True, kw_only=True, tag="signature"):
    """`digest` is that of the minutes' bytes. `key` and `signature` are a firm's own, or empty."""

    minutes: str
    digest: Hash
    statement: str
    key: bytes
    signature: bytes


FORMS: dict[str, type[Act]] = {
    "reading": Reading,
    "attendance": Attendance,
    "period": Period,
    "objection": Objection,
    "reply": Reply,
    "correction": Correction,
    "minutes": Minutes,
    "signature": Signature,
}
KINDS = {form: kind for kind, form in FORMS.items()}


def digest(body: bytes) -> bytes:
    return sha256(body).digest()


class Unreadable(Struct, frozen=True):
    """What stands in the table and is no act: a superuser wrote SQL.

    It makes no page dark, and like everything it is named in the minutes.
    """

    id: str


def parse(kind: str, id_: str, body: bytes) -> Act | Unreadable:
    try:
        return canonical.decode(FORMS[kind], body, limit=LIMIT)
    except CryptoError:
        return Unreadable(id_)
