"""Pure decisions about firms, passwords and keys."""

import unicodedata
from datetime import datetime, timedelta
from uuid import UUID

from stdnum.cn import uscc as uscc_form
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength, ValidationError

from sunseal.organizations.errors import InvalidUscc, KeyRefused, WeakPassword
from sunseal_crypto import signing
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.framing import fields

MIN_PASSWORD = 10
SESSION_LASTS = timedelta(hours=12)
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


def check_password(password: str) -> None:
    """Raises WeakPassword (NIST SP 800-63B: length, no composition rules)."""
    if len(password) < MIN_PASSWORD:
        raise WeakPassword(MIN_PASSWORD)


def name_key(name: str) -> str:
    """How a name is compared: width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def expires(kind: str, now: datetime) -> datetime:
    """When a session or an API token made now ends."""
    return now + (TOKEN_LASTS if kind == "token" else SESSION_LASTS)


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
