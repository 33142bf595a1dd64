"""A receiver as organizations run one: it verifies by the specification and remembers ids."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# As libraries of the specification take it: five minutes either way.
TOLERANCE = 300


class Refused(Exception):
    """A request that is not the platform's, or not of now."""


@dataclass(frozen=True)
class Message:
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)

    @property
    def at(self) -> int:
        return int(self.headers["webhook-timestamp"])


def verify(secret: str, message: Message, now: float) -> None:
    """Written from the specification's text, without a word of the platform's code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    name, at = message.headers["webhook-id"], message.headers["webhook-timestamp"]
    if abs(now - int(at)) > TOLERANCE:
        raise Refused("too old or too new")
    signed = f"{name}.{at}.".encode() + message.body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [each.split(",", 1) for each in message.headers["webhook-signature"].split(" ")]
    if not any(v == "v1" and hmac.compare_digest(wanted, s) for v, s in given):
        raise Refused("no signature fits")


Answer = Callable[[BaseHTTPRequestHandler], None]


def with_status(status: int, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Headers without end, as fast as they are read."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    try:
        while True:
            handler.wfile.write(b"X-More: " + b"a" * 1000 + b"\r\n")
    except OSError:
        pass


def slow(handler: BaseHTTPRequestHandler) -> None:
    """One byte at a time, each well within what a single read is given."""
    try:
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 200:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def no_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 smtp.example ready\r\n")


@dataclass
class Receiver:
    """`answer` is how it treats the next requests."""

    url: str = ""
    answer: Answer = field(default_factory=lambda: with_status(204))
    received: list[Message] = field(default_factory=list)

    def last(self) -> Message:
        return self.received[-1]

    @property
    def told(self) -> list[tuple[str, dict[str, str]]]:
        """Of each message its event, and which id that is about."""
        return [(each.said["type"], each.said["data"]) for each in self.received]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Message(headers, body))
            receiver.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
