"""Bid statements: what a bidder, under its pseudonym, says about its bid.

Only a statement signed by the pseudonym key puts a bid into the box, replaces it or takes it
out. A custodian verifies it without learning who the bidder is.
"""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from sunseal_crypto import canonical
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.signing import (
    SIGNATURE_BYTES,
    SigningKey,
    check_public_key,
    sign_labelled,
    verify_labelled,
)

LABEL = b"sunseal/bid-statement/v1"
# Each statement costs every custodian work at the opening.
MAX_SEQUENCE = 32
MAX_STATEMENT_BYTES = 8 << 10
# Where custodians and auditors in other languages hold a number as a double, it is still exact.
MAX_BID_BYTES = (1 << 53) - 1

Version = Literal["sunseal/bid-statement/v1"]
Action = Literal["submit", "replace", "withdraw"]
Id = Annotated[str, Meta(min_length=1, max_length=200)]
Recipient = Annotated[str, Meta(pattern=r"\Aage1[02-9ac-hj-np-z]{58}\Z")]
Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
Sequence32 = Annotated[int, Meta(ge=1, le=MAX_SEQUENCE)]
Size = Annotated[int, Meta(ge=0, le=MAX_BID_BYTES)]

# What only a statement with a bid holds, with its length in bytes.
_BID_FIELDS = {"sha256": 32, "manifest": 32, "share": 32, "body_hash": 32, "proof": 64}
# Two statements with a difference here belong to different envelopes or bidders.
_CHAIN_FIELDS = ("origin", "tender", "envelope", "recipient", "terms", "pseudonym")


class BidStatement(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One link of a bidder's chain.

    `terms`, `sha256`, `manifest` and `body_hash` are SHA-256 hashes: of the terms, of the sealed
    file, of the exact `bid.json`, and of the envelope stanza's body. `previous` is the digest of
    the statement before, empty for the first. A withdrawal has no bid: `size` is 0, and the
    fields from `sha256` on are empty.
    """

    version: Version = "sunseal/bid-statement/v1"
    origin: Id
    tender: Id
    envelope: Id
    recipient: Recipient
    terms: Hash
    pseudonym: Hash
    action: Action
    previous: bytes
    sequence: Sequence32
    size: Size
    sha256: bytes
    manifest: bytes
    share: bytes
    body_hash: bytes
    proof: bytes


class SignedStatement(Struct, frozen=True, forbid_unknown_fields=True):
    """The exact bytes of a statement, and the pseudonym key's signature over them."""

    statement: bytes
    signature: Annotated[bytes, Meta(min_length=SIGNATURE_BYTES, max_length=SIGNATURE_BYTES)]


def digest(statement: bytes) -> bytes:
    """How the next statement names this one; its version line keeps it apart from other hashes."""
    return hashlib.sha256(statement).digest()


def sign(statement: BidStatement, pseudonym: SigningKey) -> SignedStatement:
    """Raises Malformed when the statement breaks a rule of its own form."""
    data = canonical.encode(statement)
    parse(data)
    if statement.pseudonym != pseudonym.public:
        raise ValueError("a statement is signed by the pseudonym it names")
    return SignedStatement(data, sign_labelled(pseudonym, LABEL, data))


def parse(data: bytes) -> BidStatement:
    """Reads a statement's bytes and checks its form, not its signature. Raises Malformed."""
    statement = canonical.decode(BidStatement, data, limit=MAX_STATEMENT_BYTES)
    check_public_key(statement.pseudonym)
    _check_place(statement)
    _check_bid(statement)
    return statement


def verify(signed: SignedStatement) -> BidStatement:
    """Raises Malformed, Unverified."""
    statement = parse(signed.statement)
    verify_labelled(statement.pseudonym, LABEL, signed.statement, signed.signature)
    return statement


def verify_chain(chain: Sequence[SignedStatement]) -> list[BidStatement]:
    """One bidder's statements for one envelope, first to last. Raises Malformed, Unverified.

    The chain holds what joined: a committed statement that was never finalised is no part of
    it, and the next one repeats its sequence number.
    """
    if len(chain) > MAX_SEQUENCE:
        raise Malformed(f"chain: {len(chain)} statements, at most {MAX_SEQUENCE} are allowed")
    statements = [verify(signed) for signed in chain]
    if statements and statements[0].sequence != 1:
        raise Unverified(f"chain: it begins with statement {statements[0].sequence}")
    for at in range(1, len(statements)):
        _check_follows(statements[at - 1], statements[at], digest(chain[at - 1].statement))
    return statements


def _check_place(statement: BidStatement) -> None:
    first = statement.sequence == 1
    if len(statement.previous) != (0 if first else 32):
        raise Malformed("statement: only the first has no previous one")
    if first and statement.action != "submit":
        raise Malformed(f"statement: the first cannot be a {statement.action}")


def _check_bid(statement: BidStatement) -> None:
    withdrawn = statement.action == "withdraw"
    if (statement.size == 0) != withdrawn:
        raise Malformed(f"statement: a {statement.action} of {statement.size} bytes")
    for name, length in _BID_FIELDS.items():
        expected = 0 if withdrawn else length
        if len(getattr(statement, name)) != expected:
            raise Malformed(f"statement: {name} of a {statement.action} is not {expected} bytes")


def _check_follows(before: BidStatement, after: BidStatement, previous: bytes) -> None:
    place = f"chain: statement {after.sequence} after {before.sequence}"
    for name in _CHAIN_FIELDS:
        if getattr(before, name) != getattr(after, name):
            raise Unverified(f"{place}: another {name}")
    if after.sequence != before.sequence + 1:
        raise Unverified(f"{place}: not the next number")
    if after.previous != previous:
        raise Unverified(f"{place}: it names another previous statement")
    # A bid is submitted anew only once the one before it was withdrawn.
    if (after.action == "submit") != (before.action == "withdraw"):
        raise Unverified(f"{place}: a {after.action} after a {before.action}")
