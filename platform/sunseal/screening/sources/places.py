"""Where a published list lies: a file that somebody puts here, or one that is fetched by HTTPS."""

import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol

import httpx

from sunseal.screening.sources.connectors import SourceFailed, State

# The largest public list has some hundred megabytes.
MAX_BYTES = 512 << 20


@dataclass(frozen=True, slots=True)
class Found:
    data: bytes
    published_at: datetime


class Place(Protocol):
    def read(self) -> Found:
        """Raises SourceFailed."""
        ...

    def beside(self, ending: str) -> "Place":
        """The place of the same name with an ending more."""
        ...


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file's own time says when it was published: whoever puts it here keeps that (`cp -p`)."""

    path: Path

    def read(self) -> Found:
        try:
            # Not to wait: a pipe has no end, and a folder is no list.
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise SourceFailed(State.UNREACHABLE, "the file is not there") from None
        except OSError as error:
            raise SourceFailed(State.ERROR, f"the file cannot be read ({error.strerror})") from None
        with os.fdopen(descriptor, "rb") as file:
            return self._read(file.fileno())

    def beside(self, ending: str) -> "FilePlace":
        return FilePlace(self.path.with_name(self.path.name + ending))

    def _read(self, descriptor: int) -> Found:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise SourceFailed(State.ERROR, "not a regular file")
        if before.st_size > MAX_BYTES:
            raise SourceFailed(State.ERROR, "a list that is too long")
        data = bytearray()
        while piece := os.read(descriptor, 1 << 20):
            data += piece
            if len(data) > MAX_BYTES:
                raise SourceFailed(State.ERROR, "a list that is too long")
        after = os.fstat(descriptor)
        # Half of a list that is being written would be taken for a shorter one.
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise SourceFailed(State.ERROR, "the file was written while it was read")
        return Found(bytes(data), datetime.fromtimestamp(after.st_mtime, UTC))


@dataclass(frozen=True, slots=True)
class WebPlace:
    """`timeout` for each piece and `whole` for all of it, in seconds of `clock`.

    Everybody fetches the same file, so that nothing in the question says whom we look for.
    """

    url: str
    timeout: float = 20.0
    whole: float = 600.0
    clock: Callable[[], float] = field(default=time.monotonic)

    def read(self) -> Found:
        # The list is public, and where it lies may move: redirects are followed, proxies are not.
        client = httpx.Client(timeout=self.timeout, trust_env=False, follow_redirects=True)
        try:
            with client, client.stream("GET", self.url) as answer:
                return Found(self._body(answer), _published(answer))
        except httpx.TimeoutException:
            raise SourceFailed(State.TIMEOUT, "no answer in time") from None
        except httpx.TransportError as error:
            kind = type(error).__name__
            raise SourceFailed(State.UNREACHABLE, f"no connection ({kind})") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise SourceFailed(State.ERROR, "an answer that is no HTTP") from None

    def beside(self, ending: str) -> "WebPlace":
        return WebPlace(self.url + ending, self.timeout, self.whole, self.clock)

    def _body(self, answer: httpx.Response) -> bytes:
        if answer.status_code != httpx.codes.OK:
            state = State.UNREACHABLE if answer.status_code in (429, 502, 503, 504) else State.ERROR
            raise SourceFailed(state, f"status {answer.status_code}")
        data, until = bytearray(), self.clock() + self.whole
        for piece in answer.iter_bytes():
            data += piece
            if self.clock() > until:
                raise SourceFailed(State.TIMEOUT, "the whole list did not come in time")
            if len(data) > MAX_BYTES:
                raise SourceFailed(State.ERROR, "a list that is too long")
        return bytes(data)


def _published(answer: httpx.Response) -> datetime:
    """A list that does not say how old it is could be of any age."""
    try:
        return parsedate_to_datetime(answer.headers["last-modified"]).astimezone(UTC)
    except (KeyError, ValueError):
        raise SourceFailed(State.ERROR, "the answer does not say when it was published") from None
