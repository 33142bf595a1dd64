"""Requests over loopback: a bounded number of callers, each on a connection of its own."""

import http.client
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

AT_ONCE = 16
TIMEOUT = 120.0

Result = TypeVar("Result")


class Failed(Exception):
    """An answer that is no success."""


class Caller:
    def __init__(self, url: str, **headers: str) -> None:
        self._headers = headers
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        """The answer's JSON, if it has any. Raises Failed."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path, body, self._headers | named)
        answer = self._connection.getresponse()
        data = answer.read()
        if answer.status >= http.client.MULTIPLE_CHOICES:
            raise Failed(f"{method} {path}: {answer.status} {data[:200]!r}")
        return json.loads(data) if data else None

    def close(self) -> None:
        self._connection.close()


def together(acts: Sequence[Callable[[], Result]], at_once: int = AT_ONCE) -> list[Result]:
    """All of them, `at_once` at a time; the first failure is raised when all have ended."""
    with ThreadPoolExecutor(at_once) as pool:
        return [done.result() for done in [pool.submit(act) for act in acts]]
