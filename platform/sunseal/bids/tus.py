"""The words of tus 1.0 (tus.io): what request headers say, and what answers carry."""

import hashlib
import hmac
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Protocol
from uuid import UUID

from litestar import Response

from sunseal.bids import errors
from sunseal.bids.service.store import UploadState

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"
CONTENT_TYPE = "application/offset+octet-stream"
SUBMISSION = "submission"
MAX_DIGITS = 18

# Both ways of saying how far an upload is must never come from a cache.
COMMON = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
ALGORITHMS = {"sha1": 20, "sha256": 32}


class Hash(Protocol):
    def update(self, data: bytes | memoryview, /) -> None: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the client announced for the bytes of one request."""

    algorithm: str
    digest: bytes

    def new_hash(self) -> Hash:
        # SHA-1 only finds transmission errors here; what a bid is, its SHA-256 says.
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def check(self, computed: Hash) -> None:
        """Raises ChecksumDiffers."""
        if not hmac.compare_digest(computed.digest(), self.digest):
            raise errors.ChecksumDiffers()


def check_version(headers: Mapping[str, str]) -> None:
    """Raises NotTus."""
    if headers.get("tus-resumable") != VERSION:
        raise errors.NotTus()


def check_content_type(headers: Mapping[str, str]) -> None:
    """Raises NotAnOffsetStream."""
    if headers.get("content-type") != CONTENT_TYPE:
        raise errors.NotAnOffsetStream()


def number(headers: Mapping[str, str], name: str) -> int:
    """A size in bytes. Raises BadUpload."""
    text = headers.get(name.lower(), "")
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
        raise errors.BadUpload(f"{name} must be a number of bytes")
    return int(text)


def checksum(headers: Mapping[str, str]) -> Checksum | None:
    """Raises ChecksumUnknown."""
    text = headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    digest = _base64(encoded)
    if digest is None or len(digest) != ALGORITHMS.get(algorithm):
        raise errors.ChecksumUnknown()
    return Checksum(algorithm, digest)


def check_offset(headers: Mapping[str, str], upload: UploadState) -> None:
    """Raises BadUpload, OffsetDiffers."""
    if number(headers, "Upload-Offset") != upload.offset:
        raise errors.OffsetDiffers(upload.offset)


def named_id(headers: Mapping[str, str], what: str = SUBMISSION) -> UUID:
    """The id that Upload-Metadata has under `what`. Raises BadUpload."""
    found = [_pair(pair) for pair in headers.get("upload-metadata", "").split(",")]
    values = [value for key, value in found if key == what]
    try:
        (value,) = values
        return UUID((value or b"").decode("ascii"))
    except ValueError:
        raise errors.BadUpload(f"Upload-Metadata must name one {what}") from None


def answer(status: int, upload: UploadState | None = None, **headers: str) -> Response[None]:
    """An empty answer; about an upload it tells how far that is, and until when it lasts."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if upload is not None:
        named["Upload-Offset"] = str(upload.offset)
        if not upload.settled:
            named["Upload-Expires"] = http_date(upload.expires_at)
    return Response(None, status_code=status, headers={**COMMON, **named})


def with_common(response: Response[Any], **headers: str) -> Response[Any]:
    """A problem as the protocol wants it: every answer names the version."""
    for name, value in {**COMMON, **headers}.items():
        response.headers[name.replace("_", "-")] = value
    return response


def http_date(moment: datetime) -> str:
    """As Upload-Expires wants it: RFC 9110."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _pair(text: str) -> tuple[str, bytes | None]:
    key, _, encoded = text.strip().partition(" ")
    return key, _base64(encoded)


def _base64(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return None
