"""Pure decisions about an opened bid: what it says against what was signed and logged."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from sunseal.settings import Settings
from sunseal_crypto import bid
from sunseal_crypto.bid import BidManifest, FileDigest
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_crypto.record import Outcome
from sunseal_crypto.statement import BidStatement

# No sweep looks at a gate again of which nothing is left to do.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
# A worker that says nothing for so long is taken for dead, and another one goes on.
LEASE = timedelta(seconds=60)
# How soon bytes that were missing or wrong are looked at again.
RETRY = timedelta(minutes=10)
# A custodian that has not polled for so long is not alive.
ALIVE = timedelta(seconds=60)

SETTLED: frozenset[Outcome] = frozenset(
    {"opened", "needs_review", "withdrawn", "empty", "refused", "barred", "revoked", "returned"}
)
# Custodians helped to read these, and what they hold is evidence: the platform keeps the bytes.
READ: frozenset[Outcome] = frozenset({"opened", "needs_review", "revoked"})
# These wait for bytes, or for a disk with room, and are tried again.
RETRIED: frozenset[Outcome] = frozenset({"platform_fault", "not_opened"})


@dataclass(frozen=True, slots=True)
class Periods:
    """How long bids are valid after the deadline; and after the end of an opening, how long appeals
    can be made, and bids are kept that were never opened."""

    validity: timedelta
    appeal: timedelta
    unopened: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            timedelta(days=settings.validity_days),
            timedelta(days=settings.appeal_days),
            timedelta(days=settings.unopened_days),
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """What a bid has to agree with. `keys` are those that could sign for `organization`."""

    key: EnvelopeKey
    statement: BidStatement
    organization: str
    keys: Sequence[bytes]
    currency: str
    practitioners: Collection[str]


def check_manifest(data: bytes, signature: bytes, expected: Expected) -> BidManifest:
    """The bid's own words, once nobody else can have written them. Raises CryptoError."""
    # 1. The very bytes that the statement named before the deadline: no price is swapped.
    if bid.manifest_hash(data) != expected.statement.manifest:
        raise Unverified("bid.json is not the one that the statement names")
    # 2. Their form, the price's among it.
    manifest = bid.decode(data)
    # 3. For this envelope, under this pseudonym, in this firm's name.
    _check_place(manifest, expected)
    # 4. Signed by a key that this firm had enrolled.
    _check_signature(data, signature, expected.keys)
    return manifest


def check_documents(manifest: BidManifest, found: Sequence[FileDigest]) -> None:
    """Raises Unverified."""
    bid.verify_files(manifest, found)


def strangers(manifest: BidManifest, roster: Collection[str]) -> list[str]:
    """Practitioners whom the bid names and the firm did not declare: they were not screened."""
    known = {_name(name) for name in roster}
    return [person.name for person in manifest.practitioners if _name(person.name) not in known]


def _check_place(manifest: BidManifest, expected: Expected) -> None:
    said = expected.statement
    pairs = {
        "origin": (manifest.origin, said.origin),
        "tender": (manifest.tender, said.tender),
        "envelope": (manifest.envelope, said.envelope),
        "recipient": (manifest.recipient, expected.key.recipient),
        "terms": (manifest.terms, expected.key.terms_hash),
        "pseudonym": (manifest.pseudonym, said.pseudonym),
        "organization": (manifest.organization, expected.organization),
        "currency": (manifest.currency, expected.currency),
    }
    for name, (written, right) in pairs.items():
        if written != right:
            raise Unverified(f"bid.json names another {name}")


def _check_signature(data: bytes, signature: bytes, keys: Sequence[bytes]) -> None:
    for key in keys:
        try:
            bid.verify(key, data, signature)
        except CryptoError:
            continue
        return
    raise Unverified("bid.sig is not by a key that this organization had enrolled")


def _name(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
