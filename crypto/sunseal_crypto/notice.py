"""The notice of a tender: what is bought, by when bids must come, and who guards the keys.

Fixed when the key ceremony starts. Its SHA-256 stands in the terms that custodians sign, so a
notice changed afterwards no longer belongs to its key.
"""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from sunseal_crypto import canonical, terms
from sunseal_crypto.errors import Malformed, Unverified

MAX_DOCUMENTS = 256
MAX_ENVELOPES = 64
SHA256_BYTES = 32

Part = Literal["all", "technical", "price"]

# The form that bid.json asks of a bidder's price.
_PRICE = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ENVELOPE = re.compile(r"[1-9a-z][0-9a-z.-]{0,31}")


class NoticeDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tender document; `size` in bytes. Whoever downloads it compares both."""

    name: str
    size: int
    sha256: bytes


class NoticeEnvelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part that opens by itself, under a key of its own: a lot's technical or price envelope."""

    name: str
    lot: str
    part: Part


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`tendering_party` and `agent` are names; `roster` is the SHA-256 of the roster file.

    `statutory` says that the tender is one that the law compels (招标投标法 Art. 3), with its
    minimum period and number of bids.
    """

    version: Literal["sunseal/notice/v1"]
    origin: str
    tender: str
    reference: str
    title: str
    summary: str
    tendering_party: str
    agent: str | None
    statutory: bool
    deadline: datetime
    not_before: datetime
    minimum_bids: int
    currency: str
    ceiling_price: str | None
    threshold: int
    box_size: int
    documents: list[NoticeDocument]
    envelopes: list[NoticeEnvelope]
    roster: bytes


def parse(data: bytes) -> Notice:
    """Raises Malformed when it is no notice, or one that no ceremony could be held for."""
    notice = canonical.decode(Notice, data)
    if {notice.deadline.utcoffset(), notice.not_before.utcoffset()} != {timedelta(0)}:
        raise Malformed("notice: times are in UTC")
    if notice.not_before < notice.deadline:
        raise Malformed("notice: opening before the deadline")
    check_currency(notice.currency)
    if notice.ceiling_price is not None:
        check_price(notice.ceiling_price)
    _check_documents(notice.documents)
    _check_envelopes(notice.envelopes)
    if len(notice.roster) != SHA256_BYTES:
        raise Malformed("notice: the roster's SHA-256 is 32 bytes")
    return notice


def check_currency(text: str) -> None:
    """Raises Malformed unless `text` looks like an ISO 4217 code."""
    if _CURRENCY.fullmatch(text) is None:
        raise Malformed(f"currency {text[:20]!r}: three capital letters are needed")


def check_price(text: str) -> None:
    """Raises Malformed unless `text` is written as a bid's price is."""
    if _PRICE.fullmatch(text) is None:
        raise Malformed(f"price {text[:40]!r}: digits, then at most six decimals")


def fingerprint(data: bytes) -> bytes:
    """The SHA-256 that the terms carry."""
    return hashlib.sha256(data).digest()


def check_terms(data: bytes, agreed: terms.Terms) -> Notice:
    """That custodians agreed to exactly what this notice says. Raises Malformed, Unverified.

    The hash alone would do for honest terms; each field is compared because custodians act on the
    terms and bidders read the notice, and the two must never part.
    """
    notice = parse(data)
    if fingerprint(data) != agreed.notice:
        raise Unverified("the terms are for another notice")
    if agreed.envelope not in [envelope.name for envelope in notice.envelopes]:
        raise Unverified(f"the notice has no envelope {agreed.envelope!r}")
    pairs = {
        "origin": (notice.origin, agreed.origin),
        "tender": (notice.tender, agreed.tender),
        "deadline": (notice.deadline, agreed.deadline),
        "not_before": (notice.not_before, agreed.not_before),
        "minimum_bids": (notice.minimum_bids, agreed.minimum_bids),
        "threshold": (notice.threshold, agreed.t),
        "box_size": (notice.box_size, agreed.box_size),
        "roster": (notice.roster, agreed.roster),
    }
    for name, (written, promised) in pairs.items():
        if written != promised:
            raise Unverified(f"notice and terms differ in {name}")
    return notice


def _check_documents(documents: list[NoticeDocument]) -> None:
    if len(documents) > MAX_DOCUMENTS:
        raise Malformed(f"notice: {len(documents)} documents, at most {MAX_DOCUMENTS} are allowed")
    if len({document.name for document in documents}) != len(documents):
        raise Malformed("notice: two documents have one name")
    for document in documents:
        if document.size < 0 or len(document.sha256) != SHA256_BYTES:
            raise Malformed(f"notice: size or SHA-256 of {document.name!r} cannot be")


def _check_envelopes(envelopes: list[NoticeEnvelope]) -> None:
    if not 1 <= len(envelopes) <= MAX_ENVELOPES:
        raise Malformed(f"notice: {len(envelopes)} envelopes, 1 to {MAX_ENVELOPES} are allowed")
    if len({envelope.name for envelope in envelopes}) != len(envelopes):
        raise Malformed("notice: two envelopes have one name")
    for envelope in envelopes:
        if _ENVELOPE.fullmatch(envelope.name) is None:
            raise Malformed(f"notice: {envelope.name[:40]!r} cannot name an envelope")
