"""What a custodian says about a ceremony as a whole, signed by its identity key.

A *confirmation*: the transcript, the ciphertexts and the share are stored durably. A *complaint*:
the ceremony cannot go on, and why. Both name the session, so neither serves for another one.
"""

from typing import Literal, TypeVar

import msgspec

from sunseal_crypto import canonical, signing
from sunseal_crypto.errors import Malformed, Unverified

CONFIRMATION: Literal["sunseal/ceremony-confirmation/v1"] = "sunseal/ceremony-confirmation/v1"
COMPLAINT: Literal["sunseal/ceremony-complaint/v1"] = "sunseal/ceremony-complaint/v1"
CONFIRMATION_LABEL = CONFIRMATION.encode()
COMPLAINT_LABEL = COMPLAINT.encode()
MAX_REASON = 1000


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`transcript` is its SHA-256; `custodian` counts from 1 in the order of the roster."""

    version: Literal["sunseal/ceremony-confirmation/v1"]
    session: bytes
    custodian: int
    transcript: bytes


class Complaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`culprit` is the custodian accused, None when the complainant cannot tell.

    A share goes encrypted from one custodian to another, so nobody else can see which of the two
    is at fault: a complaint ends the ceremony, and proves nothing against the accused.
    """

    version: Literal["sunseal/ceremony-complaint/v1"]
    session: bytes
    custodian: int
    reason: str
    culprit: int | None


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`statement` is the canonical JSON that was signed, byte for byte."""

    statement: bytes
    signature: bytes


Statement = TypeVar("Statement", Confirmation, Complaint)


def sign_confirmation(
    key: signing.SigningKey, session: bytes, custodian: int, transcript: bytes
) -> bytes:
    """The body of step `confirm`. Only after everything has been stored durably."""
    statement = Confirmation(CONFIRMATION, session, custodian, transcript)
    return _sign(key, CONFIRMATION_LABEL, statement)


def sign_complaint(
    key: signing.SigningKey, session: bytes, custodian: int, reason: str, culprit: int | None
) -> bytes:
    """The body of step `complaint`. Only after this attempt has been journalled as dead."""
    statement = Complaint(COMPLAINT, session, custodian, reason, culprit)
    return _sign(key, COMPLAINT_LABEL, statement)


def verify_confirmation(
    data: bytes, identity: bytes, session: bytes, custodian: int, transcript: bytes
) -> Confirmation:
    """Raises Malformed, Unverified."""
    confirmation = _verify(Confirmation, CONFIRMATION_LABEL, data, identity, session, custodian)
    if confirmation.transcript != transcript:
        raise Unverified("the confirmation is of another transcript")
    return confirmation


def verify_complaint(
    data: bytes, identity: bytes, session: bytes, custodian: int, n: int
) -> Complaint:
    """Raises Malformed, Unverified."""
    complaint = _verify(Complaint, COMPLAINT_LABEL, data, identity, session, custodian)
    if not complaint.reason or len(complaint.reason) > MAX_REASON:
        raise Malformed(f"a complaint gives a reason of at most {MAX_REASON} characters")
    if complaint.culprit is not None and not 1 <= complaint.culprit <= n:
        raise Malformed(f"the complaint accuses custodian {complaint.culprit} of {n}")
    if complaint.culprit == custodian:
        raise Malformed("a custodian cannot accuse itself")
    return complaint


def _sign(key: signing.SigningKey, label: bytes, statement: Confirmation | Complaint) -> bytes:
    data = canonical.encode(statement)
    return canonical.encode(Signed(data, signing.sign_labelled(key, label, data)))


def _verify(
    form: type[Statement],
    label: bytes,
    data: bytes,
    identity: bytes,
    session: bytes,
    custodian: int,
) -> Statement:
    signed = canonical.decode(Signed, data)
    signing.verify_labelled(identity, label, signed.statement, signed.signature)
    statement = canonical.decode(form, signed.statement)
    if statement.session != session:
        raise Unverified("the statement is of another session")
    if statement.custodian != custodian:
        raise Unverified("the statement speaks for another custodian")
    return statement
