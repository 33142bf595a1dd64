"""A page that a custodian gives out: the bytes of a hash that it knows, and no others.

The platform could change a page for one visitor. A custodian that serves the page of a published
hash is somebody else, who has no reason to. It knows nothing of the custodian's keys: whoever
breaks into it finds one file that everybody has.
"""

import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sunseal_crypto.errors import Unverified

# Beside the page's own policy, which stands in it and is compared with it.
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Whoever opens a connection and says nothing must not keep it for ever.
PATIENCE_SECONDS = 10.0


def checked(path: Path, sha256: str) -> bytes:
    """The page, if it is the one of this hash. Raises Unverified."""
    page = path.read_bytes()
    found = hashlib.sha256(page).hexdigest()
    if found != sha256.lower():
        raise Unverified(f"{path} has the SHA-256 {found}, not the one given")
    return page


def server(page: bytes, host: str, port: int) -> ThreadingHTTPServer:
    """Answers every GET with the page. What was compared is what is served, whatever comes of the
    file afterwards."""

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE_SECONDS

        def do_GET(self) -> None:
            self._answer()
            self.wfile.write(page)

        def do_HEAD(self) -> None:
            self._answer()

        def _answer(self) -> None:
            self.send_response(200)
            for name, value in (*HEADERS.items(), ("Content-Length", str(len(page)))):
                self.send_header(name, value)
            self.end_headers()

        def version_string(self) -> str:
            return "sunseal-custodian"

        def log_message(self, *_: object) -> None:
            """Nobody notes who looked: that would say who bids."""

    return ThreadingHTTPServer((host, port), Handler)
