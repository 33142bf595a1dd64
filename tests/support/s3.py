"""A local server that speaks as much of S3 as the platform asks of it, and fails when told to.

It keeps objects in memory and looks at no signature: that one was made is all it asks.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

BUCKET = "bids"
KEY = re.compile(r"<Key>([^<]+)</Key>")


@dataclass
class Bucket:
    """`refusal`, if set, is what every request is answered: a status and S3's word for it."""

    port: int
    objects: dict[str, bytes] = field(default_factory=dict)
    refusal: tuple[int, str] | None = None
    asked: int = 0

    @property
    def url(self) -> str:
        return f"s3://{BUCKET}/sealed"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "cn-north-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }


@contextmanager
def serving() -> Iterator[Bucket]:
    """A bucket on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler())
    bucket = server.bucket = Bucket(server.server_address[1])  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield bucket
    server.shutdown()
    server.server_close()
    thread.join()


def _handler() -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        @property
        def bucket(self) -> Bucket:
            bucket: Bucket = self.server.bucket  # type: ignore[attr-defined]
            return bucket

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self._refused():
                return
            if self.headers.get("if-none-match") == "*" and self.path in self.bucket.objects:
                self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
                return
            self.bucket.objects[self.path] = body
            self._answer(200, etag='"1"')

        def do_GET(self) -> None:
            if self._refused():
                return
            body = self.bucket.objects.get(self.path)
            if body is None:
                self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
                return
            self._answer(200, body, etag='"1"', last_modified="Mon, 23 Nov 2026 00:00:00 GMT")

        def do_POST(self) -> None:
            """DeleteObjects: the keys to remove are in the body, without the bucket."""
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            if self._refused():
                return
            keys = KEY.findall(body)
            for key in keys:
                self.bucket.objects.pop(f"/{BUCKET}/{key}", None)
            gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            self._answer(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

        def _refused(self) -> bool:
            self.bucket.asked += 1
            signed = self.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 ")
            refusal = self.bucket.refusal if signed else (403, "AccessDenied")
            if refusal is not None:
                status, code = refusal
                self._answer(status, f"<Error><Code>{code}</Code></Error>".encode())
            return refusal is not None

        def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
