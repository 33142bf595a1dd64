"""Amendments: a published timetable moved later, never earlier, and never by one hand.

Two keys that the terms name sign an amendment. It is in force once n − t + 1 custodians have said
in the log, before the deadline it replaces, that they keep to it: fewer than t are left then, so
nobody can open before the new time. Until that moment the timetable is the old one for everybody.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Self

from msgspec import Meta, Struct

from sunseal_crypto import canonical, event, terms
from sunseal_crypto.entry import LoggedEntry, TickEntry, verify_entry
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.event import LogEvent
from sunseal_crypto.roster import MAX_CUSTODIANS, Roster
from sunseal_crypto.signing import SigningKey, sign_labelled, verify_labelled
from sunseal_crypto.spelling import base64_bytes, base64_text, decimal
from sunseal_crypto.terms import Terms

# Three labels: whoever holds a proposal must not be able to pass it off as its confirmation.
PROPOSAL_LABEL = b"sunseal/amendment-proposal/v1"
CONFIRMATION_LABEL = b"sunseal/amendment-confirmation/v1"
ACKNOWLEDGEMENT_LABEL = b"sunseal/amendment-acknowledgement/v1"
LABELS = (PROPOSAL_LABEL, CONFIRMATION_LABEL)

ACKNOWLEDGE = "amendment.acknowledge"
# Each one costs every custodian and every client the check of all that were before it.
MAX_NUMBER = 32
MAX_AMENDMENT_BYTES = 16 << 10

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
Number = Annotated[int, Meta(ge=1, le=MAX_NUMBER)]
Reason = Annotated[str, Meta(min_length=1, max_length=2000)]


class Amendment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`previous` is the digest of amendment `number` − 1, empty for the first."""

    version: Literal["sunseal/amendment/v1"] = "sunseal/amendment/v1"
    origin: Id
    tender: Id
    envelope: Id
    terms: Hash
    number: Number
    previous: bytes
    deadline: datetime
    not_before: datetime
    reason: Reason


class SignedAmendment(Struct, frozen=True, forbid_unknown_fields=True):
    """Exact bytes of an Amendment; `signatures` in the order of the terms' amenders."""

    amendment: bytes
    signatures: Annotated[list[Signature], Meta(min_length=2, max_length=2)]


class Acknowledgement(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """That a custodian releases nothing before the not-before of `amendment`, a digest."""

    version: Literal["sunseal/amendment-acknowledgement/v1"] = (
        "sunseal/amendment-acknowledgement/v1"
    )
    amendment: Hash
    custodian: Annotated[int, Meta(ge=1)]
    at: datetime


class SignedAcknowledgement(Struct, frozen=True, forbid_unknown_fields=True):
    acknowledgement: bytes
    signature: Signature


class ShownAmendment(Struct, frozen=True, forbid_unknown_fields=True):
    """An amendment with the log's entries that put it in force, for whoever follows the log."""

    signed: SignedAmendment
    acknowledgements: list[LoggedEntry]


@dataclass(frozen=True, slots=True)
class Timetable:
    """What holds after `number` amendments, of which `last` is the digest; empty after none."""

    deadline: datetime
    not_before: datetime
    number: int = 0
    last: bytes = b""

    @classmethod
    def of(cls, agreed: Terms) -> Self:
        """The timetable that was published."""
        return cls(agreed.deadline, agreed.not_before)


@dataclass(frozen=True, slots=True)
class Said:
    """A verified acknowledgement, and the time of the tick that holds it."""

    acknowledgement: Acknowledgement
    logged: datetime


def digest(amendment: bytes) -> bytes:
    """How the next amendment and acknowledgements name this one."""
    return hashlib.sha256(amendment).digest()


def needed(agreed: Terms) -> int:
    """How many custodians put an amendment in force: without them, fewer than t are left."""
    return agreed.n - agreed.t + 1


def parse(data: bytes) -> Amendment:
    """Raises Malformed."""
    amendment = canonical.decode(Amendment, data, limit=MAX_AMENDMENT_BYTES)
    if amendment.not_before < amendment.deadline:
        raise Malformed("amendment: opening before the deadline")
    if len(amendment.previous) != (0 if amendment.number == 1 else 32):
        raise Malformed("amendment: only the first has no previous one")
    return amendment


def propose(amendment: Amendment, key: SigningKey) -> bytes:
    """The first signature. Raises Malformed when the amendment breaks a rule of its own form."""
    data = canonical.encode(amendment)
    parse(data)
    return sign_labelled(key, PROPOSAL_LABEL, data)


def confirm(data: bytes, key: SigningKey) -> bytes:
    """The second signature, over exactly the bytes that were proposed."""
    return sign_labelled(key, CONFIRMATION_LABEL, data)


def verify_signature(data: bytes, agreed: Terms, place: int, signature: bytes) -> None:
    """That amender `place` (0 proposes, 1 confirms) signed these bytes. Raises CryptoError."""
    if not agreed.amenders:
        raise Unverified("amendment: the terms name nobody who may amend")
    try:
        verify_labelled(agreed.amenders[place], LABELS[place], data, signature)
    except Unverified:
        who = ("proposes", "confirms")[place]
        raise Unverified(f"amendment: not signed by the key that {who}") from None


def check_place(amendment: Amendment, agreed: Terms) -> None:
    """That it is about these terms: one of another tender means nothing here. Raises Unverified."""
    pairs = {
        "origin": (amendment.origin, agreed.origin),
        "tender": (amendment.tender, agreed.tender),
        "envelope": (amendment.envelope, agreed.envelope),
        "terms": (amendment.terms, terms.fingerprint(canonical.encode(agreed))),
    }
    for name, (said, right) in pairs.items():
        if said != right:
            raise Unverified(f"amendment: made for another {name}")


def verify(signed: SignedAmendment, agreed: Terms) -> Amendment:
    """That both amenders signed it, for these terms. Raises CryptoError."""
    amendment = parse(signed.amendment)
    check_place(amendment, agreed)
    for place, signature in enumerate(signed.signatures):
        verify_signature(signed.amendment, agreed, place, signature)
    return amendment


def check_follows(amendment: Amendment, current: Timetable) -> None:
    """The next one, and later in both: an earlier opening would betray who relied on the old.

    Raises Unverified.
    """
    if amendment.number != current.number + 1:
        raise Unverified(f"amendment {amendment.number} does not follow number {current.number}")
    if amendment.previous != current.last:
        raise Unverified(f"amendment {amendment.number} names another one before it")
    if amendment.deadline <= current.deadline or amendment.not_before <= current.not_before:
        raise Unverified(
            f"amendment {amendment.number} does not move both deadline and not-before to later"
        )


def acknowledge(said: Acknowledgement, identity: SigningKey) -> SignedAcknowledgement:
    data = canonical.encode(said)
    return SignedAcknowledgement(data, sign_labelled(identity, ACKNOWLEDGEMENT_LABEL, data))


def verify_acknowledgement(
    data: bytes, amendment: bytes, custodian: int, roster: Roster
) -> Acknowledgement:
    """Custodian `custodian` acknowledges the amendment with this digest. Raises CryptoError.

    `data` is a canonical SignedAcknowledgement.
    """
    signed = canonical.decode(SignedAcknowledgement, data)
    if not 1 <= custodian <= len(roster.custodians):
        raise Malformed(f"acknowledgement: there is no custodian {custodian}")
    identity = roster.custodians[custodian - 1].identity
    verify_labelled(identity, ACKNOWLEDGEMENT_LABEL, signed.acknowledgement, signed.signature)
    said = canonical.decode(Acknowledgement, signed.acknowledgement)
    if (said.custodian, said.amendment) != (custodian, amendment):
        raise Unverified("acknowledgement: of another amendment or custodian")
    return said


def entry_data(amendment: bytes, custodian: int, acknowledgement: bytes) -> dict[str, str]:
    """The facts of the log's entry, which alone prove who acknowledged what."""
    return {
        "amendment": base64_text(amendment),
        "custodian": str(custodian),
        "acknowledgement": base64_text(acknowledgement),
    }


def read_entry(logged: LogEvent, amendment: bytes, roster: Roster) -> Acknowledgement:
    """The acknowledgement that an entry of the log holds. Raises CryptoError."""
    if (logged.action, logged.outcome) != (ACKNOWLEDGE, "done"):
        raise Unverified("acknowledgement: the log's entry is none")
    custodian = decimal(logged.data.get("custodian", ""), "custodian", limit=MAX_CUSTODIANS)
    body = base64_bytes(logged.data.get("acknowledgement", ""), "acknowledgement")
    if logged.data != entry_data(amendment, custodian, body):
        raise Unverified("acknowledgement: the log's entry is about another amendment")
    return verify_acknowledgement(body, amendment, custodian, roster)


def said_in(entry: TickEntry, amendment: bytes, roster: Roster) -> Said:
    """What `entry` says, and when its tick was made. Raises CryptoError.

    That the tick is in the log is for the caller to check.
    """
    tick = verify_entry(entry)
    return Said(read_entry(event.decode(entry.detail), amendment, roster), tick.time)


def in_force(
    signed: SignedAmendment, current: Timetable, said: Iterable[Said], agreed: Terms
) -> Timetable:
    """The timetable that `signed` makes of `current`. Raises CryptoError while it is not in force.

    `said` are verified acknowledgements of this amendment.
    """
    # 1. Both amenders signed it, for these terms.
    amendment = verify(signed, agreed)
    # 2. It is the next one, and later.
    check_follows(amendment, current)
    # 3. Enough custodians said so before the deadline it replaces: by their own clocks, and in a
    # tick of the log, so that nobody moves a deadline that has passed.
    in_time = {
        each.acknowledgement.custodian
        for each in said
        if max(each.acknowledgement.at, each.logged) < current.deadline
        and each.acknowledgement.amendment == digest(signed.amendment)
    }
    if len(in_time) < needed(agreed):
        raise Unverified(
            f"amendment {amendment.number} is not in force: {len(in_time)} custodians "
            f"acknowledged it in time, {needed(agreed)} are needed"
        )
    return Timetable(
        amendment.deadline, amendment.not_before, amendment.number, digest(signed.amendment)
    )
