"""The opening record: what became of every leaf of a box, pads included.

Whoever holds it can recount the box: the leaves give the root that the log names, each stands
once, and none is left without an outcome. A record that is not final has a later one with a higher
number.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from sunseal_crypto import box, canonical
from sunseal_crypto.box import OpenedLeaf, State
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.joining import SignedJoining

# 65,536 leaves, each with a chain of statements, in the largest box.
MAX_RECORD_BYTES = 512 << 20

Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
Result = Literal["opened", "failed"]
Outcome = Literal[
    "opened",
    "needs_review",
    "withdrawn",
    "empty",
    "refused",
    "barred",
    "pending",
    "revoked",
    "platform_fault",
    "returned",
    "not_opened",
]
Said = Literal["answered", "refused", "false", "silent"]

# What a leaf may have become, by the state in which the last request showed it.
OUTCOMES: dict[State, frozenset[Outcome]] = {
    "current": frozenset(
        {
            "opened",
            "needs_review",
            "revoked",
            "platform_fault",
            "pending",
            "returned",
            "not_opened",
        }
    ),
    "pending": frozenset({"pending", "not_opened", "returned"}),
    "barred": frozenset({"barred", "returned"}),
    "withdrawn": frozenset({"withdrawn"}),
    "refused": frozenset({"refused"}),
    "empty": frozenset({"empty"}),
}


class RecordedPad(Struct, frozen=True, forbid_unknown_fields=True):
    """A leaf that held nothing, opened: unopened, it could have been a second bid."""

    position: Annotated[int, Meta(ge=0)]
    nonce: Hash


class Bidder(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who stood behind a pseudonym: `joining` is signed by `key`, enrolled for `organization`."""

    organization: str
    name: str
    key: Hash
    joining: SignedJoining


class RecordedLeaf(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One bidder's leaf. `bidder` is None where the opening does not say who it was.

    `manifest` is the SHA-256 of the bid's `bid.json`, empty when it was not opened, as are `price`
    and `currency`.
    """

    position: Annotated[int, Meta(ge=0)]
    leaf: OpenedLeaf
    outcome: Outcome
    reason: str
    bidder: Bidder | None
    price: str
    currency: str
    manifest: bytes


class RecordedAnswer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a custodian said to request `number`; `digest` is the SHA-256 of its signed word."""

    number: Annotated[int, Meta(ge=1)]
    custodian: Annotated[int, Meta(ge=1)]
    name: str
    said: Said
    reason: str
    digest: bytes


class OpeningRecord(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`requests` are the SHA-256 of the release requests in order; none when too few bids came."""

    version: Literal["sunseal/opening-record/v1"] = "sunseal/opening-record/v1"
    origin: str
    tender: str
    envelope: str
    number: Annotated[int, Meta(ge=1)]
    result: Result
    final: bool
    at: datetime
    key: Hash
    terms: Hash
    box: Hash
    size: int
    requests: list[Hash]
    answers: list[RecordedAnswer]
    leaves: list[RecordedLeaf]
    pads: list[RecordedPad]


def parse(data: bytes) -> OpeningRecord:
    """Raises Malformed."""
    return canonical.decode(OpeningRecord, data, limit=MAX_RECORD_BYTES)


def verify(record: OpeningRecord) -> None:
    """That the record accounts for each leaf of its box, once. Raises Malformed, Unverified.

    Whether the outcomes are true is proved by requests, answers and opened bids.
    """
    by_position = {leaf.position: (leaf.leaf.nonce, leaf.leaf.detail) for leaf in record.leaves}
    by_position |= {pad.position: (pad.nonce, box.PAD_DETAIL) for pad in record.pads}
    counted = len(record.leaves) + len(record.pads)
    if counted != record.size or sorted(by_position) != list(range(record.size)):
        raise Unverified("opening record: it does not account for each leaf once")
    leaves = [by_position[position] for position in range(record.size)]
    box.verify_box(record.box, record.size, leaves)
    for leaf in record.leaves:
        _check_outcome(leaf)


def _check_outcome(leaf: RecordedLeaf) -> None:
    if box.parse_leaf(leaf.leaf.detail).kind != "bidder":
        raise Malformed(f"opening record: leaf {leaf.position} is a pad")
    if leaf.outcome not in OUTCOMES.get(leaf.leaf.state, ()):
        raise Unverified(
            f"opening record: leaf {leaf.position} was {leaf.leaf.state}, became {leaf.outcome}"
        )
    if (leaf.outcome in ("opened", "needs_review")) != bool(leaf.price):
        raise Unverified(f"opening record: leaf {leaf.position} is {leaf.outcome}, price or none")
