"""Clearance certificates: what the screening of a firm said, when, and on which lists.

A certificate is one file of canonical JSON with the platform's signature in it. On paper it is a
PDF file that carries this file as its attachment and is itself signed from its first byte to the
signature line at its end. Both are signed with the key of promises, which the roster names, each
under a label of its own.
"""

import re
from datetime import datetime, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from sunseal_crypto import canonical, promise
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.note_keys import VerifierKey
from sunseal_crypto.signing import (
    SIGNATURE_BYTES,
    SigningKey,
    sign_labelled,
    verify_labelled,
)
from sunseal_crypto.spelling import base64_bytes, base64_text

LABEL = b"sunseal/clearance/v1"
PAPER_LABEL = b"sunseal/clearance-paper/v1"
# However fresh the lists are, a firm changes; nobody is clear for longer after one look.
LONGEST = timedelta(days=7)
MAX_PAPER_BYTES = 4 << 20

Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
Result = Literal["clear", "hit", "needs_review", "stale", "unchecked"]

# A comment behind the end of the document: readers of PDF files ignore it.
_SIGNATURE_LINE = re.compile(rb"%sunseal-paper ([A-Za-z0-9+/=]{88})\n\Z")
_STREAM = re.compile(rb"<<([^<>]*)>>\r?\nstream\r?\n")
_LENGTH = re.compile(rb"/Length ([0-9]{1,7})\b")


class ListState(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list as the check found it. Snapshot, hash and times are null when there was none."""

    source: str
    title: str
    required: bool
    state: str
    snapshot: str | None
    sha256: Hash | None
    published_at: datetime | None
    in_age_until: datetime | None


class Clearance(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`identifier` is a company's, or empty; `evidence` is the SHA-256 of the stored result.

    `checked_at` and `evidence` are null for a firm that was never checked, `valid_until` is null
    for everything but `clear`.
    """

    version: Literal["sunseal/clearance/v1"] = "sunseal/clearance/v1"
    origin: str
    organization: str
    name: str
    identifier: str
    result: Result
    sentence: str
    checked_at: datetime | None
    issued_at: datetime
    valid_until: datetime | None
    matcher: str
    evidence: Hash | None
    lists: list[ListState]


class SignedClearance(Struct, frozen=True, forbid_unknown_fields=True):
    """`signature` is over the canonical bytes of `clearance`."""

    clearance: Clearance
    signature: bytes


def sign(clearance: Clearance, key: SigningKey) -> bytes:
    """The certificate's file. Raises Unverified for one that contradicts itself."""
    check(clearance)
    signature = sign_labelled(key, LABEL, canonical.encode(clearance))
    return canonical.encode(SignedClearance(clearance, signature))


def verify(data: bytes, platform: VerifierKey) -> Clearance:
    """What a certificate's file says. Raises Malformed, Unverified."""
    signed = canonical.decode(SignedClearance, data)
    said = signed.clearance
    verify_labelled(platform.public, LABEL, canonical.encode(said), signed.signature)
    if platform.name != promise.key_name(said.origin):
        raise Unverified(f"certificate: {platform.name} cannot speak for {said.origin}")
    check(said)
    return said


def check(said: Clearance) -> None:
    """Raises Unverified for a `clear` that its own lists do not bear out.

    So a platform that signs one over a list that was missing or out of age is told on by the paper.
    """
    if said.result != "clear":
        if said.valid_until is not None:
            raise Unverified("certificate: only a clear one is valid until a time")
        return
    if said.valid_until is None or said.checked_at is None or said.evidence is None:
        raise Unverified("certificate: clear without a check, or without an end")
    if not said.checked_at <= said.issued_at < said.valid_until <= said.checked_at + LONGEST:
        raise Unverified("certificate: clear at times that do not follow from its check")
    required = [each for each in said.lists if each.required]
    if not required:
        raise Unverified("certificate: clear without any required list")
    for each in required:
        if each.state != "done" or each.in_age_until is None or each.sha256 is None:
            raise Unverified(f"certificate: clear, and the list {each.source} was not looked up")
        if each.in_age_until < said.valid_until:
            raise Unverified(f"certificate: clear for longer than the list {each.source} is in age")


def check_clear(said: Clearance, now: datetime) -> None:
    """Raises Unverified unless the firm is clear at `now`, as far as the certificate goes."""
    if said.result != "clear" or said.valid_until is None:
        raise Unverified(f"certificate: not a clearance, its result is {said.result}")
    if now < said.issued_at:
        raise Unverified(f"certificate: issued later, at {said.issued_at.isoformat()}")
    if now >= said.valid_until:
        raise Unverified(f"certificate: it ended at {said.valid_until.isoformat()}")


def sign_paper(document: bytes, key: SigningKey) -> bytes:
    """The PDF file with its signature line."""
    signature = sign_labelled(key, PAPER_LABEL, document)
    return document + b"%sunseal-paper " + base64_text(signature).encode() + b"\n"


def open_paper(data: bytes, platform: VerifierKey) -> bytes:
    """The certificate's file that a signed PDF file carries. Raises Malformed, Unverified."""
    if len(data) > MAX_PAPER_BYTES:
        raise Malformed(f"paper: {len(data)} bytes, at most {MAX_PAPER_BYTES} are allowed")
    line = _SIGNATURE_LINE.search(data)
    if line is None:
        raise Malformed("paper: no signature line at its end")
    document = data[: line.start()]
    signature = base64_bytes(line[1].decode(), "paper signature", length=SIGNATURE_BYTES)
    verify_labelled(platform.public, PAPER_LABEL, document, signature)
    return _attachment(document)


def _attachment(document: bytes) -> bytes:
    found = [each for each in _STREAM.finditer(document) if b"/Type /EmbeddedFile" in each[1]]
    # A second attachment could be shown by one reader and checked by another.
    if len(found) != 1:
        raise Malformed(f"paper: {len(found)} attachments where one belongs")
    lengths = _LENGTH.findall(found[0][1])
    if len(lengths) != 1:
        raise Malformed("paper: an attachment without one length")
    start = found[0].end()
    return document[start : start + int(lengths[0])]
