"""A signed-in person at the platform's API: staff, insiders, and whoever reads as a visitor."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

API = "/api/v1"
TIMEOUT = 60.0


class Refused(Exception):
    """The platform said no, as RFC 9457 problem details."""

    def __init__(self, status: int, kind: str, sentence: str) -> None:
        self.status = status
        self.kind = kind
        super().__init__(f"{status} {kind}: {sentence}")


class Desk:
    """One person's connection to one web server."""

    def __init__(self, url: str, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(base_url=url + API, headers=headers, timeout=TIMEOUT)

    def get(self, path: str, **query: str) -> Any:
        """Raises Refused."""
        return self._answer(self._client.get(path, params=query))

    def read(self, path: str) -> bytes:
        """The answer's exact bytes. Raises Refused."""
        answer = self._client.get(path)
        self._answer(answer)
        return answer.content

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Raises Refused."""
        return self._answer(self._client.post(path, json=body or {}))

    def send(self, path: str, data: bytes, **query: str) -> Any:
        """Posts the bytes themselves. Raises Refused."""
        headers = {"Content-Type": "application/octet-stream"}
        return self._answer(self._client.post(path, content=data, params=query, headers=headers))

    def save(self, path: str, into: Path) -> Path:
        """Raises Refused."""
        with self._client.stream("GET", path) as answer:
            if not answer.is_success:
                answer.read()
                self._answer(answer)
            with into.open("wb") as file:
                for block in answer.iter_bytes():
                    file.write(block)
        return into

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self, answer: httpx.Response) -> Any:
        if answer.is_success:
            return (
                answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
            )
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        kind = str(problem.get("type", "")).rpartition(":")[2]
        raise Refused(answer.status_code, kind, str(problem.get("detail", answer.text[:200])))
