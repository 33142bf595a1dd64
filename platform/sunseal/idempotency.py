"""A POST that is sent twice with one Idempotency-Key is done once and answered the same.

(draft-ietf-httpapi-idempotency-key-header.) The answer is remembered after the handler's commit; a
crash in between lets the repeat run again, so handlers are idempotent by their own keys as well.
"""

import hashlib
from datetime import datetime

import msgspec
from anyio import to_thread
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from litestar.types.asgi_types import (
    HTTPReceiveMessage,
    HTTPResponseBodyEvent,
    HTTPResponseStartEvent,
    WebSocketReceiveMessage,
)
from sqlalchemy import text

from sunseal import problems
from sunseal.database import Database, Role, UnitOfWork

MAX_REMEMBERED = 1 << 20
# Bodies of these are streamed; they are idempotent by protocol.
STREAMED = ("/api/v1/uploads", "/api/v1/supplies")
# Their answers hold a token or a code, which the platform never stores.
SECRET = (
    "/api/v1/practices",
    "/api/v1/sessions",
    "/api/v1/tokens",
    "/api/v1/factors",
    "/api/v1/help/tickets",
)

SWEEP = text("delete from kit.idempotency where created_at < :before")

Remembered = tuple[bytes, int, bytes, str]


class IdempotencyMiddleware:
    def __init__(self, app: ASGIApp, database: Database, max_body: int) -> None:
        self._app = app
        self._database = database
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _wanted(scope):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        body, more = await _body(receive, self._max_body)
        if more or len(body) > self._max_body:
            # Too large to keep, or half of one because the client left: the handler's to refuse.
            await self._app(scope, _again(body, receive, more=more), send)
            return
        whose = headers.get(b"authorization", b"")
        what = (scope["path"].encode(), scope["query_string"])
        key = _digest(whose, *what, headers[b"idempotency-key"])
        # Not of the body alone: of one that holds an id-card number, all the rest is known.
        secret = _digest(b"request", whose, headers[b"idempotency-key"])
        before = await to_thread.run_sync(self._remembered, key)
        if before is not None:
            await _replay(before, _digest(secret, body), send)
            return
        kept = _Kept(send)
        await self._app(scope, _again(body, receive), kept)
        # Only what was done is remembered: what was refused may be right the next time.
        if 200 <= kept.status < 300 and len(kept.body) <= MAX_REMEMBERED:
            answer = (_digest(secret, body), kept.status, bytes(kept.body), kept.media_type)
            await to_thread.run_sync(self._remember, key, answer)

    def _remembered(self, key: bytes) -> Remembered | None:
        with self._database.unit_as(Role.PUBLIC) as uow:
            row = uow.session.execute(
                text("select * from kit.remembered(:key)"), {"key": key}
            ).one_or_none()
            if row is None:
                return None
            return bytes(row.request), row.status, bytes(row.body), row.media_type

    def _remember(self, key: bytes, answer: Remembered) -> None:
        names = ("request", "status", "body", "media")
        with self._database.unit_as(Role.PUBLIC) as uow:
            uow.session.execute(
                text("select kit.remember(:key, :request, :status, :body, :media)"),
                {"key": key, **dict(zip(names, answer, strict=True))},
            )


def sweep(uow: UnitOfWork, before: datetime) -> None:
    """Forgets answers that were given before a time: nobody repeats a request for so long."""
    uow.session.execute(SWEEP, {"before": before})


def _wanted(scope: Scope) -> bool:
    if scope["type"] != ScopeType.HTTP or scope.get("method") != "POST":
        return False
    headers = dict(scope["headers"])
    streamed = headers.get(b"content-type", b"").startswith(b"application/octet-stream")
    elsewhere = scope["path"].startswith((*STREAMED, *SECRET))
    return b"idempotency-key" in headers and not streamed and not elsewhere


class _Kept:
    """Passes an answer on and keeps a copy."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 500
        self.media_type = ""
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = {name.lower(): value for name, value in message["headers"]}
            self.media_type = headers.get(b"content-type", b"").decode()
        elif message["type"] == "http.response.body":
            self.body += message["body"]
        await self._send(message)


async def _body(receive: Receive, limit: int) -> tuple[bytes, bool]:
    """The body, or its beginning beyond `limit` or until the client left; whether more follows."""
    body, more = bytearray(), True
    while more and len(body) <= limit:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message["body"]
        more = message["more_body"]
    return bytes(body), more


def _again(body: bytes, receive: Receive, *, more: bool = False) -> Receive:
    sent = False

    async def replayed() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": more}

    return replayed


async def _replay(before: Remembered, request: bytes, send: Send) -> None:
    first, status, body, media_type = before
    if first != request:
        sentence = "This Idempotency-Key was used for another request."
        await _refuse(send, 422, "idempotency-key-reused", sentence)
        return
    await _answer(send, status, body, media_type, (b"idempotency-replayed", b"true"))


async def _refuse(send: Send, status: int, slug: str, sentence: str) -> None:
    body = msgspec.json.encode(problems.body(status, slug, sentence))
    await _answer(send, status, body, problems.MEDIA_TYPE)


async def _answer(
    send: Send, status: int, body: bytes, media_type: str, *more: tuple[bytes, bytes]
) -> None:
    start: HTTPResponseStartEvent = {
        "type": "http.response.start",
        "status": status,
        "headers": [(b"content-type", media_type.encode()), *more],
    }
    await send(start)
    end: HTTPResponseBodyEvent = {"type": "http.response.body", "body": body, "more_body": False}
    await send(end)


def _digest(*parts: bytes) -> bytes:
    hasher = hashlib.sha256()
    for part in parts:
        hasher.update(len(part).to_bytes(4, "big") + part)
    return hasher.digest()
