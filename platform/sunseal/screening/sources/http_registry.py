"""Bribery records from a registry over HTTPS, with a certificate on both sides.

`GET {url}/records?cursor=…` answers a page: {"version", "published_at", "total", "records": [...],
"next": cursor or null}, a record having the columns of the CSV form. All pages are of one version
and together have `total` records: so a page that is missing, or a list that is replaced while we
read, is seen and never taken for a shorter list.
"""

import hashlib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

import httpx
import msgspec
from msgspec import Meta

from sunseal.screening.sources.connectors import Fetched, SourceFailed, State
from sunseal.screening.sources.entries import Row, read_all

TRIES = 3
BACK_OFF = 0.5
LONGEST_PAUSE = 10.0
MAX_PAGE = 8 << 20
MAX_PAGES = 20_000
MAX_RECORDS = 10_000_000
AGAIN = {408, 429, 500, 502, 503, 504}


class _Page(msgspec.Struct, frozen=True):
    version: Annotated[str, Meta(min_length=1, max_length=200)]
    published_at: Annotated[datetime, Meta(tz=True)]
    total: Annotated[int, Meta(ge=0, le=MAX_RECORDS)]
    records: list[dict[str, str]]
    next: Annotated[str, Meta(min_length=1, max_length=500)] | None


@dataclass(frozen=True, slots=True)
class Access:
    """Where the registry is, and the files that prove both sides to each other."""

    url: str
    certificate: Path
    key: Path
    authority: Path
    timeout: float = 20.0
    whole: float = 600.0

    def context(self) -> ssl.SSLContext:
        made = ssl.create_default_context(cafile=str(self.authority))
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        made.load_cert_chain(self.certificate, self.key)
        return made


@dataclass(frozen=True, slots=True)
class HttpRegistry:
    """A Connector. `sleep` and `clock` (seconds, rising) are the world's and the tests'."""

    source: str
    access: Access
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = field(default=time.monotonic)

    def fetch(self) -> Fetched:
        """Raises SourceFailed."""
        try:
            with _Reader(self) as reader:
                return reader.all_pages()
        except httpx.TimeoutException:
            raise SourceFailed(State.TIMEOUT, "no answer in time") from None
        except httpx.TransportError as error:
            kind = type(error).__name__
            raise SourceFailed(State.UNREACHABLE, f"no connection ({kind})") from None
        except (OSError, ssl.SSLError) as error:
            reason = f"certificates cannot be used ({type(error).__name__})"
            raise SourceFailed(State.ERROR, reason) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise SourceFailed(State.ERROR, "an answer that is no HTTP") from None


class _Reader:
    """One fetch: its connection, its deadline, and what has been read."""

    def __init__(self, registry: HttpRegistry) -> None:
        self._registry = registry
        access = registry.access
        self._until = registry.clock() + access.whole
        # Neither a proxy nor a redirect of somebody else's choice comes between.
        self._client = httpx.Client(
            base_url=access.url,
            verify=access.context(),
            timeout=access.timeout,
            trust_env=False,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def all_pages(self) -> Fetched:
        digest, rows = hashlib.sha256(), list[Row]()
        data = self._get(None)
        first = page = _parse(data)
        for _ in range(MAX_PAGES):
            digest.update(data)
            rows += _rows(page, len(rows))
            if len(rows) > first.total:
                raise SourceFailed(State.ERROR, "more records than it says it has")
            if page.next is None:
                break
            data = self._get(page.next)
            page = _parse(data)
            if (page.version, page.total) != (first.version, first.total):
                raise SourceFailed(State.ERROR, "the list was replaced while it was read")
        if len(rows) != first.total:
            reason = f"{len(rows)} records came of {first.total}: a part is missing"
            raise SourceFailed(State.ERROR, reason)
        return Fetched(rows, digest.digest(), first.published_at)

    def _get(self, cursor: str | None) -> bytes:
        """One page, asked for again when that may help."""
        for attempt in range(1, TRIES + 1):
            last = attempt == TRIES
            try:
                answer = self._once(cursor)
            except httpx.TransportError:
                if last:
                    raise
                self._pause(attempt, None)
                continue
            if answer.status_code == httpx.codes.OK:
                return answer.content
            if last or answer.status_code not in AGAIN:
                raise SourceFailed(_state_of(answer.status_code), f"status {answer.status_code}")
            self._pause(attempt, answer.headers.get("retry-after"))
        raise AssertionError("the last attempt returns or raises")

    def _once(self, cursor: str | None) -> httpx.Response:
        """Read piece by piece: an answer without an end must not fill the memory or the day."""
        parameters = {"cursor": cursor} if cursor else {}
        with self._client.stream("GET", "/records", params=parameters) as answer:
            body = bytearray()
            for piece in answer.iter_bytes():
                body += piece
                self._check_deadline()
                if len(body) > MAX_PAGE:
                    raise SourceFailed(State.ERROR, "a page that is too long")
            return httpx.Response(answer.status_code, headers=_plain(answer), content=bytes(body))

    def _pause(self, attempt: int, asked: str | None) -> None:
        wished = float(asked) if asked and asked.isdigit() else BACK_OFF * 2 ** (attempt - 1)
        self._registry.sleep(min(wished, LONGEST_PAUSE))
        self._check_deadline()

    def _check_deadline(self) -> None:
        if self._registry.clock() > self._until:
            raise SourceFailed(State.TIMEOUT, "the whole list did not come in time")


def _plain(answer: httpx.Response) -> dict[str, str]:
    """The one header that counts; the body is decoded already."""
    value = answer.headers.get("retry-after")
    return {"retry-after": value} if value else {}


def _state_of(status: int) -> State:
    return State.UNREACHABLE if status in AGAIN else State.ERROR


def _parse(data: bytes) -> _Page:
    try:
        return msgspec.json.decode(data, type=_Page)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError):
        raise SourceFailed(State.ERROR, "a page that is not in the registry's form") from None


def _rows(page: _Page, before: int) -> list[Row]:
    reading = read_all(enumerate(page.records, before + 1))
    if reading.faults:
        fault = reading.faults[0]
        raise SourceFailed(State.ERROR, f"record {fault.line}: {fault.reason}")
    return reading.rows
