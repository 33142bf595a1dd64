"""A small platform on real sockets: the routes a bidder uses, and every way they can go wrong.

It checks what a platform must check, so that a client which sends nonsense fails here. Its state is
apart from its sockets: another process, or the same one started again, goes on with it.
"""

import json
import socket
import threading
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from sunseal_crypto import framing, joining, proofs, sealed, signing, statement
from sunseal_crypto.joining import SignedJoining
from sunseal_crypto.proofs import AuthorshipContext
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.statement import SignedStatement
from tests.bidder.world import ORIGIN, World

API = "/api/v1"
TOKEN = "a token"
ORGANIZATION = "7b1d4f0a-6f1c-4c6e-8f0e-0d9a4f6f3a11"
EMAIL, PASSWORD = "li@firm.example", "correct horse battery"


class Problem(Exception):
    def __init__(self, status: int, kind: str, detail: str = "No.") -> None:
        self.status, self.kind, self.detail = status, kind, detail


class Dropped(Exception):
    """The line is cut instead of an answer."""


@dataclass
class Submission:
    id: str
    signed: SignedStatement
    state: str = "committed"
    upload: str | None = None
    data: bytearray = field(default_factory=bytearray)
    promise: str | None = None
    receipt: str | None = None
    refusal: str | None = None
    entry: tuple[bytes, bytes] = (b"", b"")

    def view(self) -> dict[str, Any]:
        upload = self.upload and f"{API}/uploads/{self.upload}"
        return {
            "id": self.id,
            "state": self.state,
            "upload": upload,
            "promise": self.promise,
            "receipt": self.receipt,
            "refusal": self.refusal,
        }


@dataclass
class Platform:
    """`faults` by route are met one after the other; `asked` is what has been asked for."""

    world: World
    certificate_receipt: bool = True
    receipts: bool = True
    refuse_digest: bool = False
    signing_key: bytes | None = None
    joined: SignedJoining | None = None
    submissions: dict[str, Submission] = field(default_factory=dict)
    amendments: list[dict[str, Any]] = field(default_factory=list)
    proposals: list[dict[str, Any]] = field(default_factory=list)
    confirmed: list[bytes] = field(default_factory=list)
    faults: dict[str, deque[Callable[[], None]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def fail(self, route: str, *faults: Callable[[], None]) -> None:
        self.faults.setdefault(route, deque()).extend(faults)

    def next_fault(self, route: str) -> Callable[[], None] | None:
        waiting = self.faults.get(route)
        return waiting.popleft() if waiting else None

    @property
    def chain(self) -> list[Submission]:
        joined = ("finalised", "accepted", "replaced", "withdrawn")
        return [s for s in self.submissions.values() if s.state in joined]

    # The routes.

    def join(self, body: dict[str, str]) -> dict[str, Any]:
        signed = SignedJoining(b64decode(body["joining"]), b64decode(body["signature"]))
        assert self.signing_key
        joining.verify(signed, self.signing_key)
        if self.joined and self.joined != signed:
            raise Problem(409, "already-joined")
        self.joined = signed
        return self.own_joining()

    def own_joining(self) -> dict[str, Any]:
        if self.joined is None:
            raise Problem(404, "not-joined")
        return {"id": str(uuid4()), "joining": base64_text(self.joined.joining)}

    def propose(self, body: dict[str, str]) -> dict[str, Any]:
        made = {"id": str(uuid4()), "number": len(self.amendments) + 1, **body}
        self.proposals.insert(0, made)
        return made

    def confirm(self, body: dict[str, str]) -> dict[str, Any]:
        self.confirmed.append(b64decode(body["signature"]))
        return {}

    def enrol(self, body: dict[str, str]) -> dict[str, Any]:
        public = b64decode(body["public_key"])
        message = framing.fields(ORIGIN.encode(), ORGANIZATION.encode(), public)
        proof = b64decode(body["proof"])
        signing.verify_labelled(public, b"sunseal/enrol-key/v1", message, proof)
        self.signing_key = public
        return {}

    def sign_in(self, body: dict[str, str]) -> dict[str, Any]:
        if (body["email"], body["password"]) != (EMAIL, PASSWORD):
            raise Problem(401, "wrong-credentials", "They do not belong together.")
        return {"token": TOKEN, "expires_at": "2077-01-01T00:00:00Z"}

    def me(self) -> dict[str, Any]:
        key = base64_text(self.signing_key) if self.signing_key else None
        return {
            "person": {"id": str(uuid4())},
            "organization": {"id": ORGANIZATION},
            "signing_key": key,
        }

    def commit(self, body: dict[str, str]) -> dict[str, Any]:
        signed = SignedStatement(b64decode(body["statement"]), b64decode(body["signature"]))
        said = statement.verify(signed)
        for before in self.submissions.values():
            if before.signed == signed:
                if before.state == "void":
                    raise Problem(409, "statement-void", "It was given up.")
                return before.view()
        statement.verify_chain([*(link.signed for link in self.chain), signed])
        for before in self.submissions.values():
            if before.state == "committed":
                before.state, before.upload = "void", None
        made = Submission(str(uuid4()), signed)
        self.submissions[made.id] = made
        if said.action == "withdraw":
            self._accept(made, "accepted")
        else:
            made.upload = str(uuid4())
        return made.view()

    def finalise(self, id_: str) -> dict[str, Any]:
        found = self.submissions[id_]
        if found.promise is None:
            self._check_file(found)
            self._accept(found, "finalised")
        return found.view()

    def look(self, id_: str) -> dict[str, Any]:
        """Each look is a later moment: the digest check ends, then the tick comes."""
        found = self.submissions[id_]
        if found.state == "finalised":
            if self.refuse_digest:
                self._refuse(found)
            else:
                found.state = "accepted"
        elif found.state == "accepted" and self.receipts and not found.receipt:
            found.receipt = self.world.receipt(*found.entry)
        return found.view()

    def uploading(self, id_: str) -> Submission:
        for found in self.submissions.values():
            if found.upload == id_:
                return found
        raise Problem(404, "no-such-upload")

    def _check_file(self, found: Submission) -> None:
        said = statement.parse(found.signed.statement)
        if len(found.data) != said.size:
            raise Problem(409, "bytes-missing", f"{len(found.data)} of {said.size} bytes.")
        head = sealed.check(bytes(found.data[: sealed.LIMIT]))
        body_hash = sha256(sealed.envelope_body(head)).digest()
        assert (sealed.envelope_share(head), body_hash) == (said.share, said.body_hash)
        context = AuthorshipContext(
            said.origin, said.tender, said.envelope, said.terms, said.pseudonym, body_hash
        )
        proofs.verify_authorship(said.share, said.proof, context)
        assert sha256(found.data).digest() == said.sha256

    def _accept(self, found: Submission, state: str) -> None:
        digest = base64_text(statement.digest(found.signed.statement))
        found.entry = self.world.entry("bid.accepted", statement=digest)
        found.promise = self.world.promise(*found.entry)
        found.state = state

    def _refuse(self, found: Submission) -> None:
        digest = base64_text(statement.digest(found.signed.statement))
        entry = self.world.entry("bid.refused", statement=digest, rule="digest-differs")
        found.refusal = self.world.promise(*entry)
        found.state = "refused"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    platform: Platform

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_HEAD = do_PATCH = do_GET  # noqa: N815 http.server looks for these names

    def log_message(self, *_: object) -> None:
        pass

    def _serve(self) -> None:
        platform = self.platform
        route = self._route()
        try:
            platform.asked.append(route)
            fault = platform.next_fault(route)
            if fault is not None:
                fault()
            with platform.lock:
                self._answer(route)
            fault = platform.next_fault(f"{route} done")
            if fault is not None:
                fault()
            self._send(*self._reply)
        except Problem as problem:
            self._drain()
            body = {
                "type": f"urn:sunseal:problem:{problem.kind}",
                "title": problem.kind,
                "status": problem.status,
                "detail": problem.detail,
            }
            self._send(problem.status, json.dumps(body).encode(), {})
        except Dropped:
            self._cut()

    def _route(self) -> str:
        tail = self.path.removeprefix(API).split("/")
        names = [part for part in tail if part and len(part) < 36 and part != "1"]
        return f"{self.command} {'/'.join(names)}"

    def _answer(self, route: str) -> None:
        platform, last = self.platform, self.path.split("/")[-1]
        if route not in ("POST sessions", "POST organizations"):
            self._check_token()
        if route == "PATCH uploads":
            self._patch(platform.uploading(last))
            return
        if route == "HEAD uploads":
            found = platform.uploading(last)
            self._reply = (200, b"", {"Upload-Offset": str(len(found.data))})
            return
        if route == "POST uploads":
            self._create()
            return
        if route == "GET tenders/notice":
            self._reply = (200, platform.world.notice, {})
            return
        if "/tenders/" in self.path and str(platform.world.tender) not in self.path:
            raise Problem(404, "no-such-tender")
        body = json.loads(self._body() or b"{}")
        routes: dict[str, Callable[[], Any]] = {
            "POST organizations": dict,
            "POST sessions": lambda: platform.sign_in(body),
            "GET me": platform.me,
            "POST keys": lambda: platform.enrol(body),
            "GET tenders/envelopes/certificate": self._certificate,
            "GET tenders/envelopes/amendments": lambda: {"amendments": platform.amendments},
            "POST tenders/envelopes/amendments": lambda: platform.propose(body),
            "GET tenders/envelopes/amendments/proposals": lambda: platform.proposals,
            "POST amendments/confirm": lambda: platform.confirm(body),
            "POST tenders/envelopes/joinings": lambda: platform.join(body),
            "GET tenders/envelopes/joinings": platform.own_joining,
            "POST tenders/envelopes/submissions": lambda: platform.commit(body),
            "POST submissions/finalise": lambda: platform.finalise(self.path.split("/")[-2]),
            "GET submissions": lambda: platform.look(last),
        }
        answer = routes[route]()
        self._reply = (200, json.dumps(answer).encode(), {})

    def _certificate(self) -> dict[str, Any]:
        world = self.platform.world
        text = world.certificate_receipt() if self.platform.certificate_receipt else None
        return {"certificate": base64_text(world.certificate), "receipt": text}

    def _check_token(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise Problem(401, "unauthenticated", "Sign in first.")

    def _create(self) -> None:
        key, value = self.headers["Upload-Metadata"].split(" ")
        assert key == "submission"
        found = self.platform.submissions[b64decode(value).decode()]
        assert int(self.headers["Upload-Length"]) == statement.parse(found.signed.statement).size
        found.upload, found.data = str(uuid4()), bytearray()
        # A host of its own making, as a proxy or an attacker would name it.
        place = f"https://elsewhere.example{API}/uploads/{found.upload}"
        self._reply = (201, b"", {"Location": place})

    def _patch(self, found: Submission) -> None:
        assert self.headers["Content-Type"] == "application/offset+octet-stream"
        assert self.headers["Tus-Resumable"] == "1.0.0"
        piece = self._body()
        assert len(piece) <= 8 << 20
        if int(self.headers["Upload-Offset"]) != len(found.data):
            raise Problem(409, "offset-differs")
        algorithm, digest = self.headers["Upload-Checksum"].split(" ")
        assert algorithm == "sha256"
        if b64encode(sha256(piece).digest()).decode() != digest:
            raise Problem(460, "checksum-differs")
        found.data += piece
        self._reply = (204, b"", {"Upload-Offset": str(len(found.data))})

    def _body(self) -> bytes:
        size, self._unread = int(self.headers.get("Content-Length") or 0), 0
        return self.rfile.read(size)

    def _drain(self) -> None:
        if getattr(self, "_unread", 1):
            self._body()

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self._unread = 1

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Lines that are cut are what these tests are about."""


@contextmanager
def serving(platform: Platform, port: int = 0) -> Iterator[str]:
    """The platform's address while the block lasts."""
    handler = type("Bound", (Handler,), {"platform": platform})
    with Server(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def drop() -> None:
    raise Dropped


def refuse(status: int, kind: str = "busy") -> Callable[[], None]:
    def fault() -> None:
        raise Problem(status, kind)

    return fault
