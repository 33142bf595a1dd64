"""Pure decisions about firms, passwords and keys."""

import unicodedata
from datetime import datetime, timedelta
from uuid import UUID

from stdnum.cn import uscc as uscc_form
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength, ValidationError

from sunseal.organizations.errors import (
    InvalidPersonId,
    InvalidUscc,
    KeyRefused,
    NumberInText,
    UnknownIdentity,
    WeakPassword,
)
from sunseal.screening import identity, person_ids
from sunseal_crypto import signing
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.framing import fields

MIN_PASSWORD = 10
SESSION_LASTS = timedelta(hours=12)
HALF_LASTS = timedelta(minutes=15)
TOKEN_LASTS = timedelta(days=365)
ENROL_LABEL = b"sunseal/enrol-key/v1"


def check_uscc(typed: str) -> str:
    """The code as it is stored (GB 32100-2015). Raises InvalidUscc."""
    try:
        return str(uscc_form.validate(typed))
    except ValidationError as error:
        reason = {
            InvalidLength: "it has 18 characters",
            InvalidChecksum: "its check digit does not fit, so one character is wrong",
            InvalidComponent: "its registration department or place does not exist",
        }.get(type(error), "it has a character that does not belong there")
        raise InvalidUscc(typed, reason) from None


def check_identity(uscc: str | None, country: str, number: str) -> tuple[str | None, str | None]:
    """Credit code or register's number, as stored. Raises InvalidUscc, UnknownIdentity."""
    if uscc:
        return check_uscc(uscc), None
    if country == identity.HOME:
        raise UnknownIdentity("a firm of this country has a unified social credit code")
    plain = identity.normal(number)
    if not plain:
        raise UnknownIdentity("a firm from abroad gives its number in its country's register")
    return None, plain


def check_owner(kind: str, country: str, identifier: str) -> str | None:
    """A company's identifier as stored, and none of a person's. Raises InvalidUscc."""
    if kind != "company" or not identifier:
        return None
    # A code with a wrong digit is found on no list, and would pass for one that is on none.
    return check_uscc(identifier) if country == identity.HOME else identity.normal(identifier)


def check_person_id(typed: str) -> str:
    """The number as digests are made of it. Raises InvalidPersonId."""
    if not person_ids.is_whole(typed):
        raise InvalidPersonId()
    return person_ids.normal(typed)


def holds_no_card(*texts: str | None) -> None:
    """Raises NumberInText."""
    if any(person_ids.holds_card(text) for text in texts if text):
        raise NumberInText()


def check_password(password: str) -> None:
    """Raises WeakPassword (NIST SP 800-63B: length, no composition rules)."""
    if len(password) < MIN_PASSWORD:
        raise WeakPassword(MIN_PASSWORD)


def name_key(name: str) -> str:
    """How a name is compared: width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def expires(kind: str, now: datetime) -> datetime:
    """When a session or an API token made now ends; one that waits for a factor waits shortly."""
    lasts = {"token": TOKEN_LASTS, "half": HALF_LASTS, "enrolment": HALF_LASTS}
    return now + lasts.get(kind, SESSION_LASTS)


def session_seconds() -> int:
    """How long a browser keeps what opens a session."""
    return int(SESSION_LASTS.total_seconds())


def enrolment_message(origin: str, organization_id: UUID, public_key: bytes) -> bytes:
    """What a new key signs under ENROL_LABEL to prove that its secret is at hand."""
    return fields(origin.encode(), str(organization_id).encode(), public_key)


def check_enrolment(origin: str, organization_id: UUID, public_key: bytes, proof: bytes) -> None:
    """Raises KeyRefused."""
    message = enrolment_message(origin, organization_id, public_key)
    try:
        signing.check_public_key(public_key)
        signing.verify_labelled(public_key, ENROL_LABEL, message, proof)
    except CryptoError as error:
        raise KeyRefused(str(error)) from None
