"""The box: what was in it when it closed, fixed by one root, opened leaf by leaf later.

There is one leaf for each pseudonym that joined, and pads up to a size that says nothing. A leaf
holds what is settled at the deadline: the chain of statements with the log entries that accepted
them. What is decided later, whether a bid is barred or pending, is no part of the leaf; the
release request says it beside the opened leaf, with its reason and its logged decision.
"""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from sunseal_crypto import canonical, event, merkle, statement
from sunseal_crypto.entry import LoggedEntry, verify_entry
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.signing import check_public_key
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.statement import MAX_SEQUENCE, BidStatement, SignedStatement
from sunseal_crypto.terms import MAX_BOX_SIZE
from sunseal_crypto.tick import TickLeaf

NONCE_BYTES = 32
MAX_LEAF_BYTES = 1 << 20

_LABEL = b"sunseal/box-leaf/v1\n"

# A statement that was only committed is in the log too: the action tells what became of it.
ACCEPTED = "bid.accepted"
REFUSED = "bid.refused"

State = Literal["current", "withdrawn", "refused", "empty", "pad", "barred", "pending"]


class Link(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A statement, and the log entry that accepted or refused it."""

    statement: SignedStatement
    entry: LoggedEntry


class LeafDetail(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A leaf's hidden content. A pad has no pseudonym and no statements.

    `refused` are statements whose sealed file lacked the digest they name: they never joined.
    """

    kind: Literal["bidder", "pad"]
    pseudonym: bytes
    chain: list[Link]
    refused: list[Link]


class OpenedLeaf(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A leaf as a release request shows it. `decision` is the log entry of a bar or a delay."""

    nonce: bytes
    detail: bytes
    state: State
    reason: str
    decision: LoggedEntry | None


# Every pad has the same content; its nonce alone keeps it from being told from a bid.
PAD_DETAIL = canonical.encode(LeafDetail(kind="pad", pseudonym=b"", chain=[], refused=[]))


def leaf_hash(nonce: bytes, detail: bytes) -> bytes:
    """The leaf's hash in the tree. Raises Malformed."""
    if len(nonce) != NONCE_BYTES:
        raise Malformed(f"box leaf: a nonce of {len(nonce)} bytes where {NONCE_BYTES} belong")
    return merkle.leaf_hash(hashlib.sha256(_LABEL + nonce + detail).digest())


def pad() -> tuple[bytes, bytes]:
    """Nonce and detail of a fresh pad."""
    return secrets.token_bytes(NONCE_BYTES), PAD_DETAIL


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The box's root over all its leaves, a power of two of them. Raises Malformed."""
    check_size(len(leaf_hashes))
    return merkle.root(leaf_hashes)


def check_size(size: int) -> None:
    """Raises Malformed."""
    if not 2 <= size <= MAX_BOX_SIZE or size & (size - 1):
        raise Malformed(f"box: {size} is no power of two from 2 to {MAX_BOX_SIZE}")


def parse_leaf(detail: bytes) -> LeafDetail:
    """Reads a leaf and checks its form; its statements stay unread. Raises Malformed."""
    leaf = canonical.decode(LeafDetail, detail, limit=MAX_LEAF_BYTES)
    if leaf.kind == "bidder":
        check_public_key(leaf.pseudonym)
        if len(leaf.chain) > MAX_SEQUENCE or len(leaf.refused) > MAX_SEQUENCE:
            raise Malformed(f"box leaf: more than {MAX_SEQUENCE} statements")
    elif leaf.pseudonym or leaf.chain or leaf.refused:
        # A pad with anything in it would be a bid that nobody counted.
        raise Malformed("box leaf: a pad that holds something")
    return leaf


def verify_box(
    expected: bytes, size: int, leaves: Sequence[tuple[bytes, bytes]]
) -> list[LeafDetail]:
    """All leaves (nonce, detail) in order: none missing, none twice. Raises Malformed, Unverified.

    Statements are not read here: one bad statement costs its own leaf, never the whole box.
    """
    if len(leaves) != size:
        raise Unverified(f"box: {len(leaves)} leaves shown of {size}")
    hashes = [leaf_hash(nonce, detail) for nonce, detail in leaves]
    if root(hashes) != expected:
        raise Unverified("box: the leaves shown do not give its root")
    if len(set(hashes)) != size:
        raise Unverified("box: one leaf stands twice")
    details = [parse_leaf(detail) for _, detail in leaves]
    bidders = [leaf.pseudonym for leaf in details if leaf.kind == "bidder"]
    # Two leaves of one pseudonym could each open another of its bids.
    if len(set(bidders)) != len(bidders):
        raise Unverified("box: one pseudonym has two leaves")
    return details


def verify_chain(leaf: LeafDetail) -> list[BidStatement]:
    """The leaf's statements, each signed, in order and accepted. Raises Malformed, Unverified.

    The last is the head. Whether the ticks are in the log and in time is for the caller.
    """
    statements = statement.verify_chain([link.statement for link in leaf.chain])
    if any(link.pseudonym != leaf.pseudonym for link in statements):
        raise Unverified("box leaf: a statement of another pseudonym")
    ticks = [verify_logged(link, ACCEPTED).number for link in leaf.chain]
    if ticks != sorted(ticks):
        raise Unverified("box leaf: a statement accepted before the one it follows")
    return statements


def verify_refused(leaf: LeafDetail) -> list[BidStatement]:
    """The leaf's refused statements, each signed and logged. Raises Malformed, Unverified."""
    statements = [statement.verify(link.statement) for link in leaf.refused]
    if any(refused.pseudonym != leaf.pseudonym for refused in statements):
        raise Unverified("box leaf: a statement of another pseudonym")
    for link in leaf.refused:
        verify_logged(link, REFUSED)
    return statements


def verify_logged(link: Link, action: str) -> TickLeaf:
    """The tick that logged `action` for this statement. Raises Malformed, Unverified.

    The entry's detail is a LogEvent whose `data["statement"]` is the base64 of the digest.
    """
    logged = event.decode(link.entry.detail)
    if logged.action != action or logged.outcome != "done":
        raise Unverified(f"box leaf: the log entry is no {action}")
    if logged.data.get("statement") != base64_text(statement.digest(link.statement.statement)):
        raise Unverified("box leaf: the log entry is about another statement")
    return verify_entry(link.entry)


def state_at_closing(leaf: LeafDetail, statements: Sequence[BidStatement]) -> State:
    """What the leaf is by its own chain, as `verify_chain` returned it."""
    if leaf.kind == "pad":
        return "pad"
    if not statements:
        return "refused" if leaf.refused else "empty"
    return "withdrawn" if statements[-1].action == "withdraw" else "current"


def check_state(opened: OpenedLeaf, at_closing: State) -> None:
    """Raises Unverified unless the leaf may be opened in the state it is shown in.

    Only a current bid can be barred or pending, both with a reason; a bar is a logged decision.
    """
    decided = opened.state in ("barred", "pending")
    if opened.state != at_closing and not (decided and at_closing == "current"):
        raise Unverified(f"box leaf: {at_closing} at closing, shown as {opened.state}")
    if decided != bool(opened.reason):
        raise Unverified(f"box leaf: {opened.state} with {opened.reason or 'no reason'!r}")
    if opened.decision is not None and not decided:
        raise Unverified(f"box leaf: {opened.state}, with a decision about it")
    if opened.state == "barred" and opened.decision is None:
        raise Unverified("box leaf: barred without a logged decision")
