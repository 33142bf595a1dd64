"""`bid.json`: what a bid says, in one canonical spelling, and the organization's signature over it.

The statement in the log names the SHA-256 of these exact bytes, so no price can be swapped after
the opening; the salt keeps that hash from telling a price to whoever tries all likely ones.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from sunseal_crypto import canonical, signing
from sunseal_crypto.container.layout import BID_JSON, BID_SIG, PADDING
from sunseal_crypto.container.names import Names
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import Hash, Id, Recipient, Size

LABEL = b"sunseal/bid/v1"
LIMIT = 1 << 20
PRICE = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
EXPONENT = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]+")

Text = Annotated[str, Meta(min_length=1, max_length=200)]
Currency = Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")]
OrganizationId = Annotated[
    str, Meta(pattern=r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
]
Days = Annotated[int, Meta(ge=1, le=3650)]


class FileDigest(Struct, frozen=True, forbid_unknown_fields=True):
    """A document of the container: its name there, its size in bytes, its SHA-256."""

    name: str
    size: Size
    sha256: Hash


class Practitioner(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A person the bid names; `id_hint` is as much of a number as tells namesakes apart."""

    name: Text
    id_hint: Text | None = None


class BidManifest(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """The content of `bid.json`.

    `terms` is the SHA-256 of the terms, `price` a decimal in units of `currency` (ISO 4217),
    `organization` a UUID, `files` the documents in the order of the container. What is None is not
    written at all.
    """

    version: Literal["sunseal/bid/v1"]
    origin: Id
    tender: Id
    envelope: Id
    recipient: Recipient
    terms: Hash
    organization: OrganizationId
    pseudonym: Hash
    price: str
    currency: Currency
    practitioners: list[Practitioner]
    validity_days: Days | None = None
    files: list[FileDigest]
    salt: Hash


class _Price(Struct):
    """Only the price, in whatever form it was written."""

    price: msgspec.Raw = msgspec.Raw(b'""')


def encode(manifest: BidManifest) -> bytes:
    """The bytes of `bid.json`. Raises Malformed when reading them would."""
    data = canonical.encode(manifest)
    decode(data)
    return data


def decode(data: bytes) -> BidManifest:
    """Reads `bid.json`. Raises Malformed; a signature or a hash it does not check."""
    _check_price_form(data)
    manifest = canonical.decode(BidManifest, data, limit=LIMIT)
    check_price(manifest.price)
    signing.check_public_key(manifest.pseudonym)
    names = Names()
    for name in (BID_JSON, BID_SIG, PADDING, *(file.name for file in manifest.files)):
        names.add(name)
    return manifest


def manifest_hash(data: bytes) -> bytes:
    """The SHA-256 of the exact bytes of `bid.json`, which the statement names."""
    return hashlib.sha256(data).digest()


def sign(key: SigningKey, data: bytes) -> bytes:
    """`bid.sig`: by the organization's enrolled key, over the exact bytes of `bid.json`."""
    return signing.sign_labelled(key, LABEL, data)


def verify(public: bytes, data: bytes, signature: bytes) -> None:
    """Raises Malformed for a bad key, Unverified for a bad signature."""
    signing.verify_labelled(public, LABEL, data, signature)


def verify_files(manifest: BidManifest, found: Sequence[FileDigest]) -> None:
    """That the container's documents are the signed ones, in their order. Raises Unverified."""
    for promised, file in zip(manifest.files, found, strict=False):
        if promised != file:
            raise Unverified(f"document {file.name!a} is not the one that was signed")
    if len(found) != len(manifest.files):
        raise Unverified(f"{len(found)} documents, where {len(manifest.files)} were signed")


def check_price(price: str) -> None:
    """Raises Malformed, with a sentence for each way to write a price wrongly."""
    if PRICE.fullmatch(price):
        return
    if EXPONENT.fullmatch(price):
        raise Malformed("price: written with an exponent; write out all digits")
    if price.startswith("-"):
        raise Malformed("price: negative")
    raise Malformed(
        f"price: {price[:40]!r} is not a decimal of at most 15 digits and 6 after the point"
    )


def _check_price_form(data: bytes) -> None:
    """A number would be rounded by some readers and not by others, so it gets its own sentence."""
    if len(data) > LIMIT:
        raise Malformed(f"bid.json: {len(data)} bytes, at most {LIMIT} are allowed")
    try:
        price = bytes(msgspec.json.decode(data, type=_Price).price)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"bid.json: {error}") from None
    if price[:1] in b"-0123456789":
        raise Malformed("price: a JSON number; it must be a string, so that nobody rounds it")
