"""A POST that is sent twice with one Idempotency-Key is done once and answered the same.

(draft-ietf-httpapi-idempotency-key-header.) The answer is remembered after the handler's commit; a
crash in between lets the repeat run again, so handlers are idempotent by their own keys as well.
"""

import hashlib

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

from sunseal.database import Database, Role

MAX_KEY = 255
MAX_REMEMBERED = 1 << 20
# Bodies of these are streamed; they are idempotent by protocol.
STREAMED = ("/api/v1/uploads",)

Remembered = tuple[bytes, int, bytes, str]


class IdempotencyMiddleware:
    def __init__(self, app: ASGIApp, database: Database) -> None:
        self._app = app
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _wanted(scope):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers[b"idempotency-key"]
        body = await _whole_body(receive)
        key = _digest(headers.get(b"authorization", b""), scope["path"].encode(), given[:MAX_KEY])
        before = await to_thread.run_sync(self._remembered, key)
        if before is not None:
            await _replay(before, hashlib.sha256(body).digest(), send)
            return
        kept = _Kept(send)
        await self._app(scope, _again(body, receive), kept)
        # Only what was done is remembered: what was refused may be right the next time.
        if 200 <= kept.status < 300 and len(kept.body) <= MAX_REMEMBERED:
            answer = (hashlib.sha256(body).digest(), kept.status, bytes(kept.body), kept.media_type)
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


def _wanted(scope: Scope) -> bool:
    if scope["type"] != ScopeType.HTTP or scope.get("method") != "POST":
        return False
    headers = dict(scope["headers"])
    streamed = headers.get(b"content-type", b"").startswith(b"application/octet-stream")
    return b"idempotency-key" in headers and not streamed and not scope["path"].startswith(STREAMED)


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


async def _whole_body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message["body"]
        if not message["more_body"]:
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replayed() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


async def _replay(before: Remembered, request: bytes, send: Send) -> None:
    first, status, body, media_type = before
    if first != request:
        status, media_type = 422, "application/problem+json"
        body = (
            b'{"type":"urn:sunseal:problem:idempotency-key-reused","status":422,'
            b'"title":"Idempotency key reused",'
            b'"detail":"This Idempotency-Key was used for another request."}'
        )
    start: HTTPResponseStartEvent = {
        "type": "http.response.start",
        "status": status,
        "headers": [(b"content-type", media_type.encode()), (b"idempotency-replayed", b"true")],
    }
    await send(start)
    end: HTTPResponseBodyEvent = {"type": "http.response.body", "body": body, "more_body": False}
    await send(end)


def _digest(*parts: bytes) -> bytes:
    hasher = hashlib.sha256()
    for part in parts:
        hasher.update(len(part).to_bytes(4, "big") + part)
    return hasher.digest()
