"""The seam to the platform: one poll that asks, and posts that carry what was journalled."""

from collections.abc import Iterator
from typing import Annotated, Protocol
from uuid import UUID

import httpx
import msgspec
from msgspec import Meta, Struct

from sunseal_crypto.amendment import ShownAmendment
from sunseal_crypto.certificate import StaticKey
from sunseal_crypto.release import MAX_REQUEST_BYTES
from sunseal_crypto.roster import MAX_CUSTODIANS

MAX_ENTRIES = 4096
# The largest request in base64, and everything else beside it; nothing longer is read.
MAX_WORK_BYTES = 2 * MAX_REQUEST_BYTES
TIMEOUT_SECONDS = 30.0

UNREADABLE = (httpx.HTTPError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

PerCustodian = Meta(max_length=MAX_CUSTODIANS)


class PlatformError(Exception):
    """The platform cannot be reached, says no, or talks nonsense; the next poll tries again."""


class CeremonyWork(Struct, frozen=True, kw_only=True):
    """A ceremony as the platform shows it; lists are in the order of the roster.

    The platform's copy of the roster is not read: the custodian has its own.
    """

    id: UUID
    state: str
    attempt: int
    terms: bytes
    session: bytes
    notice: bytes
    statics: Annotated[list[StaticKey], PerCustodian] | None = None
    messages: Annotated[list[bytes], PerCustodian] | None = None
    signatures: Annotated[list[bytes], PerCustodian] | None = None
    certificate: bytes | None = None


class AmendmentWork(Struct, frozen=True, kw_only=True):
    """A SignedAmendment that wants to be acknowledged, and those before it, which are in force."""

    id: UUID
    body: bytes
    earlier: list[ShownAmendment]


class RequestWork(Struct, frozen=True, kw_only=True):
    """A release request, with the receipts that show it, its box and our commitment logged."""

    id: UUID
    body: bytes
    box_receipt: str
    request_receipt: str
    commitment_receipt: str | None = None


class Work(Struct, frozen=True, kw_only=True):
    """The answer to a poll: the log's checkpoint with the leaves that lead to it, and all tasks."""

    checkpoint: str
    entries: Annotated[list[bytes], Meta(max_length=MAX_ENTRIES)]
    ceremonies: list[CeremonyWork]
    amendments: list[AmendmentWork]
    requests: list[RequestWork]


class Platform(Protocol):
    """What a custodian asks of the platform. Each method raises PlatformError."""

    def work(self, have: int) -> Work:
        """Everything to be done by a custodian that has `have` leaves of the log."""
        ...

    def post_ceremony(self, id_: UUID, step: str, custodian: int, body: bytes) -> None: ...

    def post_amendment(self, id_: UUID, step: str, custodian: int, body: bytes) -> None: ...

    def post_request(self, id_: UUID, step: str, custodian: int, body: bytes) -> None: ...

    def post_cosignature(self, size: int, line: str) -> None: ...


class HttpPlatform:
    """The platform at `url`, under a custodian's token."""

    def __init__(self, url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(
            base_url=url.rstrip("/") + "/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_SECONDS,
            transport=transport,
        )

    def close(self) -> None:
        self._client.close()

    def work(self, have: int) -> Work:
        try:
            with self._client.stream("GET", "/custody/work", params={"have": have}) as response:
                data = _bounded(response)
            _check(response)
            return msgspec.json.decode(data, type=Work)
        except UNREADABLE as error:
            raise PlatformError(f"{type(error).__name__}: {error}"[:200]) from None

    def post_ceremony(self, id_: UUID, step: str, custodian: int, body: bytes) -> None:
        self._post(f"/custody/ceremonies/{id_}/{step}", {"custodian": custodian, "body": body})

    def post_amendment(self, id_: UUID, step: str, custodian: int, body: bytes) -> None:
        self._post(f"/custody/amendments/{id_}/{step}", {"custodian": custodian, "body": body})

    def post_request(self, id_: UUID, step: str, custodian: int, body: bytes) -> None:
        self._post(f"/custody/requests/{id_}/{step}", {"custodian": custodian, "body": body})

    def post_cosignature(self, size: int, line: str) -> None:
        self._post("/log/cosignatures", {"size": size, "line": line})

    def post_erasure(self, tender: str, envelope: str, custodian: int, body: bytes) -> None:
        path = f"/custody/tenders/{tender}/envelopes/{envelope}/erasures"
        self._post(path, {"custodian": custodian, "body": body})

    def _post(self, path: str, payload: dict[str, object]) -> None:
        content = msgspec.json.encode(payload)
        headers = {"Content-Type": "application/json"}
        try:
            with self._client.stream("POST", path, content=content, headers=headers) as response:
                _check(response)
        except httpx.HTTPError as error:
            raise PlatformError(f"{type(error).__name__}: {error}"[:200]) from None


def _check(response: httpx.Response) -> None:
    if not response.is_success:
        path = response.request.url.path
        raise PlatformError(f"{response.request.method} {path}: status {response.status_code}")


def _bounded(response: httpx.Response) -> bytes:
    data = bytearray()
    for chunk in _chunks(response):
        data += chunk
        if len(data) > MAX_WORK_BYTES:
            raise PlatformError(f"an answer of more than {MAX_WORK_BYTES} bytes")
    return bytes(data)


def _chunks(response: httpx.Response) -> Iterator[bytes]:
    # The body of an error page is of no interest, however long it is.
    return response.iter_bytes() if response.is_success else iter(())
