"""The last seconds before a deadline, and how fast bytes arrive, at two real web processes."""

import hashlib
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import psycopg

from sunseal.demo.cast import DEMO
from sunseal.demo.installation import LOGINS
from sunseal.demo.stack import Stack
from sunseal_crypto import canonical, proofs, terms
from sunseal_crypto import roster as rosters
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.proofs import AuthorshipContext
from tests.bench import bare, nginx
from tests.bench.database import hurried
from tests.bench.load import Caller, Failed, together
from tests.bench.row import Row, best
from tests.bids.world import OFFSET_STREAM, Bidder, Box, Envelope, SealedFile, seal
from tests.crypto.rosters import terms_of
from tests.support.database import TestDatabase, settings_for
from tests.support.servers import scratch_folder

MIB = 1 << 20
PATCH = 8 * MIB
LAST = timedelta(seconds=30)
PERCENTILE = 0.99


@dataclass(frozen=True)
class Offer:
    """All that a bidder has ready before the last seconds."""

    token: str
    envelope: Envelope
    statement: bytes
    data: bytes


@dataclass(frozen=True)
class Handed:
    """Seconds that a bidder waited: for everything, and for the promise alone."""

    all: float
    promise: float


def measure(bidders: int = 300, size: int = MIB, upload: int = 256 * MIB) -> Iterator[Row]:
    with ExitStack() as stay:
        folder = stay.enter_context(scratch_folder())
        stack = stay.enter_context(Stack(folder / "servers"))
        place = Place(stack, folder)
        with hurried(stack.installation.admin_url):
            envelope = place.envelope(bidders + 1)
            offers = together([partial(place.offer, envelope, size)] * bidders, 4)
            large = place.offer(envelope, upload)
        os.sync()
        yield _upload(place, large, folder)
        yield from _rush(place, envelope, offers, folder)


class Place:
    """The stack's box, as bidders and its superuser see it."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self.admin_url = stack.installation.admin_url
        urls = {login: stack.installation.url_for(login) for login in LOGINS}
        database = TestDatabase("sunseal", self.admin_url, urls)
        settings = settings_for(database, folder, origin=DEMO.origin)
        client: Any = httpx.Client(base_url=stack.urls[0], timeout=120)
        self.box = Box(client, database, settings, None, None)  # type: ignore[arg-type]
        self.agreed = b""

    def envelope(self, bidders: int) -> Envelope:
        """An open box, as the room of custody makes it, whose deadline is far away."""
        made = Envelope(uuid4(), X25519Identity.generate().recipient())
        roster = rosters.parse(self.stack.installation.roster.read_bytes())
        agreed = terms_of(roster, tender=str(made.tender))
        self.agreed = canonical.encode(agreed)
        with self.admin() as connection:
            connection.execute(
                """insert into sealed.gate (tender_id, envelope, deadline, not_before, minimum_bids,
                    box_size, terms, recipient, key_id, state, next_check_at)
                values (%s, '1', kit.now() + '1 d', kit.now() + '2 d', 1, %s, %s, %s, %s, 'open',
                    kit.now() + '1 d')""",
                (
                    made.tender,
                    1 << bidders.bit_length(),
                    self.agreed,
                    str(made.recipient),
                    bytes(32),
                ),
            )
        return made

    def offer(self, envelope: Envelope, size: int) -> Offer:
        """A firm that has joined, and has sealed and signed its bid."""
        firm = self.box.joined(envelope)
        file = seal(envelope, size)
        signed = firm.say(file, terms=terms.fingerprint(self.agreed), proof=self._prove(firm, file))
        body = {"statement": _base64(signed.statement), "signature": _base64(signed.signature)}
        return Offer(firm.token, envelope, msgspec.json.encode(body), file.data)

    def _prove(self, firm: Bidder, file: SealedFile) -> bytes:
        context = AuthorshipContext(
            origin=DEMO.origin,
            tender=str(firm.envelope.tender),
            envelope=firm.envelope.name,
            terms=terms.fingerprint(self.agreed),
            pseudonym=firm.pseudonym.public,
            body_hash=hashlib.sha256(file.body).digest(),
        )
        return proofs.prove_authorship(file.ephemeral, context)

    def admin(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.admin_url, autocommit=True)

    def draw_near(self, envelope: Envelope) -> None:
        """The deadline, so that preparing may have taken as long as it took."""
        with self.admin() as connection:
            connection.execute(
                "update sealed.gate set deadline = kit.now() + %s where tender_id = %s",
                (LAST, envelope.tender),
            )

    def in_time(self, envelope: Envelope) -> int:
        """Bids that hold a promise and were finalised before the deadline."""
        with self.admin() as connection:
            row = connection.execute(
                """select count(*) from sealed.submission s
                join sealed.joining j on j.id = s.joining_id join sealed.gate g using (tender_id)
                where tender_id = %s and s.state in ('finalised', 'accepted')
                  and s.promise is not null and s.finalised_at < g.deadline""",
                (envelope.tender,),
            ).fetchone()
        return int(row[0]) if row else 0


def _rush(place: Place, envelope: Envelope, offers: list[Offer], folder: Path) -> Iterator[Row]:
    urls = place.stack.urls
    place.draw_near(envelope)
    began = perf_counter()
    acts = [partial(_try, urls[at % len(urls)], offer) for at, offer in enumerate(offers)]
    done = [handed for handed in together(acts) if handed is not None]
    elapsed = perf_counter() - began
    missed = len(offers) - min(place.in_time(envelope), len(done))
    yield Row("rush_lost_or_late", missed, "bids", f"{len(offers)} in the last 30 s")
    if not done:
        return
    for name, waits in (
        ("rush_promise_p99", [each.promise for each in done]),
        ("rush_bid_p99", [each.all for each in done]),
    ):
        yield Row(name, _percentile(waits) * 1000, "ms", f"{len(offers)} bids at once")
    with bare.serving(place.admin_url, folder / "bare") as theirs:
        rate = _bare_rate(theirs, offers)
    yield Row.beside("rush_accepted", len(done) / elapsed, "bids/s", "bare handler", rate)


def _try(url: str, offer: Offer) -> Handed | None:
    try:
        return _hand_in(url, offer)
    except (Failed, OSError):
        return None


def _hand_in(url: str, offer: Offer) -> Handed:
    began = perf_counter()
    caller = Caller(url, Authorization=f"Bearer {offer.token}")
    committed = _commit(caller, offer)
    _patch(caller, committed["upload"], 0, offer.data, _checksum(offer.data))
    sent = perf_counter()
    answer = caller.send("POST", f"/api/v1/submissions/{committed['id']}/finalise")
    ended = perf_counter()
    caller.close()
    if not answer["promise"]:
        raise Failed("no promise")
    return Handed(ended - began, ended - sent)


def _commit(caller: Caller, offer: Offer) -> Any:
    path = f"{offer.envelope.path}/submissions"
    return caller.send("POST", path, offer.statement, Content_Type="application/json")


def _patch(caller: Caller, path: str, offset: int, data: bytes, checksum: str) -> None:
    headers = OFFSET_STREAM | {"Upload-Offset": str(offset), "Upload-Checksum": checksum}
    caller.send("PATCH", path, data, **headers)


def _bare_rate(urls: list[str], offers: list[Offer]) -> float:
    def post(url: str, data: bytes) -> None:
        caller = Caller(url)
        caller.send("POST", "/", data)
        caller.close()

    acts = [partial(post, urls[at % len(urls)], offer.data) for at, offer in enumerate(offers)]
    return len(offers) / best(lambda: together(acts), 2)


def _upload(place: Place, large: Offer, folder: Path) -> Row:
    """One client, one request after the other, each with its checksum known beforehand."""
    pieces = [large.data[at : at + PATCH] for at in range(0, len(large.data), PATCH)]
    sums = [_checksum(piece) for piece in pieces]
    caller = Caller(place.stack.urls[0], Authorization=f"Bearer {large.token}")
    path = _commit(caller, large)["upload"]
    began, offset = perf_counter(), 0
    for piece, checksum in zip(pieces, sums, strict=True):
        _patch(caller, path, offset, piece, checksum)
        offset += len(piece)
    ours = perf_counter() - began
    caller.close()
    with nginx.serving(folder / "nginx") as url:
        peer = None if url is None else best(lambda: _put(url, pieces), 2)
    size = len(large.data) / 1e6
    rate = None if peer is None else size / peer
    name = "nginx" if rate else "nginx (not installed)"
    return Row.beside("upload", size / ours, "MB/s", name, rate)


def _put(url: str, pieces: list[bytes]) -> None:
    caller = Caller(url)
    for piece in pieces:
        caller.send("PUT", f"/{uuid4()}", piece)
    caller.close()


def _checksum(data: bytes) -> str:
    return f"sha256 {_base64(hashlib.sha256(data).digest())}"


def _percentile(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * PERCENTILE))]


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
