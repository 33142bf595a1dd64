"""HTTP to the platform, through any of its web addresses.

A request is sent again, to the next address, until one answers or patience ends. That is safe:
what writes carries the same Idempotency-Key each time, or says the same thing twice.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import msgspec

from sunseal_parties.bidder.errors import (
    NotSignedIn,
    PlatformRefused,
    Unreachable,
    Untrusted,
    WrongInput,
)

T = TypeVar("T")

API = "/api/v1"
# The platform, or what stands before it, is busy or starting again.
BUSY = frozenset({423, 425, 429, 502, 503, 504})
GONE = frozenset({404, 410})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TOTAL_PATIENCE = 300.0
FIRST_PAUSE = 0.5
PROBLEM = "urn:sunseal:problem:"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try, and how long to pause at first and at most, in seconds."""

    total: float = TOTAL_PATIENCE
    first_pause: float = FIRST_PAUSE
    longest_pause: float = 10.0

    @classmethod
    def of(cls, total: float) -> "Patience":
        """Whoever has little of it wants more tries in less time."""
        return cls(total, min(FIRST_PAUSE, total / 100))

    def pauses(self) -> Iterator[float]:
        """Ends when `total` has passed since the first pause was asked for."""
        end, pause = time.monotonic() + self.total, self.first_pause
        while (left := end - time.monotonic()) > 0:
            yield min(pause, left)
            pause = min(2 * pause, self.longest_pause)


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457 problem details, with what to do next for whoever names a language."""

    type: str = "about:blank"
    title: str = ""
    detail: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def read(self, form: type[T]) -> T:
        """Raises Untrusted when the platform speaks another language than ours."""
        try:
            return msgspec.json.decode(self.body, type=form)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Untrusted(f"The platform's answer cannot be read ({error}).") from None


class Client:
    """`tell` hears why the user has to wait; `answered_at` is the platform's clock, last seen."""

    def __init__(
        self,
        urls: list[str],
        token: str | None = None,
        *,
        patience: Patience | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.urls = [check_url(url) for url in urls]
        if not self.urls:
            raise WrongInput("Which platform? Give its address with --url.")
        self.patience = patience or Patience()
        self.tell = tell
        self.answered_at: datetime | None = None
        self._token = token
        self._http = httpx.Client(timeout=httpx.Timeout(60, connect=10))

    def close(self) -> None:
        self._http.close()

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def post(self, path: str, body: object = None, *, secret: bool = False) -> Answer:
        """Each call has a fresh key: a refusal remembered under an old one would never end.

        What is `secret` has none, because the platform stores what it remembers.
        """
        headers = {} if secret else {"Idempotency-Key": str(uuid4())}
        if body is None:
            return self.request("POST", path, headers=headers)
        headers["Content-Type"] = "application/json"
        return self.request("POST", path, msgspec.json.encode(body), headers)

    def request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        expected: frozenset[int] = frozenset(),
    ) -> Answer:
        """Answers of 2xx, and of `expected`, come back; raises a BidderError for all others."""
        reason = ""
        for pause in self.patience.pauses():
            try:
                answer = self.once(method, path, body, headers)
            except httpx.TransportError as error:
                reason = why(error)
                self.next_url()
            else:
                if answer.status not in BUSY or answer.status in expected:
                    return self._judged(answer, expected)
                reason = f"it is busy, status {answer.status}"
            self.wait(pause, reason)
        raise Unreachable(self.urls, reason)

    def once(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One attempt at the current address. Raises httpx.TransportError."""
        sent = {"Accept-Language": "en", **(headers or {})}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        response = self._http.request(method, self.urls[0] + path, content=body, headers=sent)
        self.answered_at = _moment(response.headers.get("date"))
        return Answer(response.status_code, response.headers, response.content)

    def wait(self, pause: float, reason: str) -> None:
        self.tell(f"The platform does not answer ({reason}); trying again.")
        time.sleep(pause)

    def next_url(self) -> None:
        """Any web process can go on where another one stopped."""
        self.urls.append(self.urls.pop(0))

    def _judged(self, answer: Answer, expected: frozenset[int]) -> Answer:
        if 200 <= answer.status < 300 or answer.status in expected:
            return answer
        if answer.status == 401 and self._token:
            raise NotSignedIn
        raise refusal(answer)


def check_url(url: str) -> str:
    """Raises WrongInput. A token on an unencrypted line is anybody's."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WrongInput(f"{url!r} is not a web address such as https://tenders.example.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise WrongInput(
            f"{url} is not encrypted, and anybody on the way could act as you: use https."
        )
    return url.rstrip("/")


def why(error: httpx.TransportError) -> str:
    return str(error) or type(error).__name__


def refusal(answer: Answer) -> PlatformRefused:
    try:
        problem = msgspec.json.decode(answer.body, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        problem = Problem(title=f"status {answer.status}")
    kind = problem.type.removeprefix(PROBLEM)
    return PlatformRefused(answer.status, kind, problem.detail or problem.title, problem.next)


def _moment(date: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
