"""The terms of a key ceremony: what custodians promise to release, to whom, and not before when."""

import hashlib
from datetime import datetime
from typing import Literal

import msgspec

from sunseal_crypto import canonical, roster, signing
from sunseal_crypto.errors import Malformed

SUITE = "COCKTAIL(Ed25519, SHA-512)"
SESSION_RANDOM_BYTES = 32
MAX_BOX_SIZE = 1 << 16


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`notice` and `roster` are SHA-256; `replaces` names the sessions of attempts that died.

    `amenders` are the keys that together may postpone the timetable: the one that proposes, then
    the one that confirms. Where it is empty, nothing is ever postponed.
    """

    version: Literal["sunseal/terms/v1"]
    suite: str
    origin: str
    tender: str
    envelope: str
    attempt: int
    replaces: list[bytes]
    notice: bytes
    deadline: datetime
    not_before: datetime
    minimum_bids: int
    box_size: int
    n: int
    t: int
    q: int
    roster: bytes
    amenders: list[bytes]


def parse(data: bytes) -> Terms:
    """Raises Malformed when a field is out of its range, whatever roster it is for."""
    terms = canonical.decode(Terms, data)
    if terms.suite != SUITE:
        raise Malformed(f"terms: suite {terms.suite!r} is not {SUITE!r}")
    if terms.attempt < 1 or len(terms.replaces) != terms.attempt - 1:
        raise Malformed("terms: attempt k names the k - 1 sessions it replaces")
    if terms.not_before < terms.deadline:
        raise Malformed("terms: opening before the deadline")
    if terms.minimum_bids < 1:
        raise Malformed("terms: at least one bid is needed to open")
    if terms.box_size & (terms.box_size - 1) or not 2 <= terms.box_size <= MAX_BOX_SIZE:
        raise Malformed("terms: the box size is a power of two up to 65536")
    _check_amenders(terms.amenders)
    return terms


def check_roster(terms: Terms, roster_bytes: bytes) -> roster.Roster:
    """That these terms were made for exactly this roster. Raises Malformed."""
    if roster.fingerprint(roster_bytes) != terms.roster:
        raise Malformed("terms: unknown roster")
    parsed = roster.parse(roster_bytes)
    if parsed.origin != terms.origin or len(parsed.custodians) != terms.n:
        raise Malformed("terms: origin or number of custodians differ from the roster")
    # Whoever keeps the timetable must not also be one of those who move it.
    if {custodian.identity for custodian in parsed.custodians} & set(terms.amenders):
        raise Malformed("terms: a custodian's key may not move the timetable")
    roster.check_threshold(parsed, terms.t)
    if terms.q != roster.quorum(parsed, terms.t):
        raise Malformed(
            f"terms: quorum {terms.q}, but the roster asks {roster.quorum(parsed, terms.t)}"
        )
    return parsed


def fingerprint(data: bytes) -> bytes:
    """The SHA-256 that statements and sessions carry."""
    return hashlib.sha256(data).digest()


def check_session(session: bytes, terms_bytes: bytes) -> None:
    """That a session id begins with the hash of its terms. Raises Malformed."""
    if len(session) != 32 + SESSION_RANDOM_BYTES or session[:32] != fingerprint(terms_bytes):
        raise Malformed("session: not made for these terms")


def _check_amenders(amenders: list[bytes]) -> None:
    # Two keys that are one would let one person postpone alone.
    if len(amenders) not in (0, 2) or len(set(amenders)) != len(amenders):
        raise Malformed("terms: two different keys amend the timetable together, or none")
    for public in amenders:
        signing.check_public_key(public)
