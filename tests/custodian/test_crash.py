"""A custodian that dies at every moment says the same as one that never does."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
import pytest

from sunseal_parties.custodian.cli import clock
from sunseal_parties.custodian.daemon import Custodian
from sunseal_parties.custodian.forgetting import forget
from sunseal_parties.custodian.journal import Journal, JournalInUse, Message
from tests.custodian.party import Party
from tests.custodian.standin import View
from tests.custodian.world import NOT_BEFORE, World, build


class Killed(BaseException):
    """Stops a custodian where a power failure would."""


class Deaths:
    """Kills once at each named moment."""

    def __init__(self) -> None:
        self.died: list[str] = []

    def at(self, moment: str) -> None:
        if moment not in self.died:
            self.died.append(moment)
            raise Killed(moment)


class MortalJournal(Journal):
    """Dies before or after a transaction is durable."""

    deaths: Deaths
    saying: str = ""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
            self.deaths.at(f"before {self.saying} is durable")
        self.deaths.at(f"when {self.saying} is durable")

    def say(self, kind, subject: str, body: bytes) -> Message:  # type: ignore[no-untyped-def]
        self.saying = kind
        return super().say(kind, subject, body)

    def mark_delivered(self, message: Message) -> None:
        self.deaths.at(f"before {message.kind} is marked as delivered")
        super().mark_delivered(message)


class MortalView(View):
    """Dies before the platform gets a message, or when it has got it and not yet said so."""

    deaths: Deaths

    def _take(self, step: str, body: bytes) -> None:
        self.deaths.at(f"before {step} leaves")
        super()._take(step, body)


def revive(party: Party, deaths: Deaths) -> None:
    party.journal.close()
    party.journal = MortalJournal(party.folder / "journal.db")
    party.journal.deaths = deaths
    party.daemon = Custodian(party.view, party.journal, party.own, party.seat, party.clock)


def test_killed_at_every_moment_it_says_the_same(world: World) -> None:
    deaths, party = Deaths(), world.parties[0]
    view = MortalView(world.platform, 1)
    view.deaths = deaths
    party.view = view
    revive(party, deaths)

    def turns(count: int) -> None:
        for _ in range(count):
            try:
                world.turn()
            except Killed:
                revive(party, deaths)
                for other in world.parties[1:]:
                    other.daemon.poll()

    world.open_ceremony()
    turns(25)
    assert world.platform.ceremonies[0].state == "complete"
    postponed = world.amend()
    turns(6)
    world.submit()
    world.submit()
    turns(3)
    world.close_box()
    turns(3)
    world.clock.now = NOT_BEFORE + timedelta(hours=1)
    desk = world.ask(world.request(amendments=[postponed.shown(world.log)]))
    turns(15)
    assert sorted(desk.answers) == [1, 2, 3]
    assert world.answer(desk).answered == [0, 1]
    # Every step died at every moment that it has.
    once = ("certify", "round1", "round2", "confirm", "acknowledgement", "commitment")
    for kind in (*once, "cosignature"):
        for moment in ("before {} is durable", "when {} is durable", "before {} leaves"):
            assert moment.format(kind) in deaths.died
    assert "before answer leaves" in deaths.died
    assert "before answer is marked as delivered" in deaths.died
    assert_one_word_each(view)


def assert_one_word_each(view: View) -> None:
    said: dict[str, set[bytes]] = defaultdict(set)
    for step, body in view.posts:
        if step != "cosignature":
            said[step].add(body)
    for step in ("certify", "round1", "round2", "confirm"):
        assert len(said[step]) == 1, step
    for step, bodies in said.items():
        assert len(bodies) == 1, step
    # Each line is about another size: at one size there is one line.
    lines = {body for step, body in view.posts if step == "cosignature"}
    taken = view.platform.log.lines.values()
    assert len(lines) == sum(f"custodian-{view.custodian}" in at for at in taken)


def test_an_answer_is_made_once_and_outlives_the_process(world: World) -> None:
    world.boxed()
    desk = world.ask()
    world.turn(2)
    party = world.parties[0]
    made = party.journal.said("answer", desk.digest.hex())
    party.restart()
    world.turn(3)
    assert made is not None
    assert desk.answers[1] == made.body


def test_a_journal_has_one_master(world: World) -> None:
    with pytest.raises(JournalInUse):
        Journal(world.parties[0].folder / "journal.db")


def test_erased_secrets_are_not_in_the_file(world: World) -> None:
    world.certified()
    party = world.parties[0]
    held = party.journal.ceremonies.of_session(world.platform.ceremonies[0].session)
    path = party.folder / "journal.db"
    assert held.share in path.read_bytes()
    world.clock.now = NOT_BEFORE
    forget(party.journal, party.seat, party.own, world.key.terms.tender, "1", world.clock.now)
    for secret in (held.share, held.static_secret, held.bundle):
        assert secret not in path.read_bytes()


# A real process, a real kill


class Handler(BaseHTTPRequestHandler):
    """The seam over HTTP; `on_post` is told of each step before the answer goes out."""

    view: View
    on_post = staticmethod(lambda step: None)
    guard = threading.Lock()

    def do_GET(self) -> None:
        with self.guard:
            query = parse_qs(urlsplit(self.path).query)
            self._reply(msgspec.json.encode(self.view.work(int(query["have"][0]))))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.guard:
            parts = urlsplit(self.path).path.split("/")[3:]
            if parts == ["log", "cosignatures"]:
                line = msgspec.json.decode(body)
                self.view.post_cosignature(line["size"], line["line"])
                step = "cosignature"
            else:
                _, kind, id_, step = parts
                said = msgspec.json.decode(body, type=Posted)
                post = self.view.post_ceremony if kind == "ceremonies" else self.view.post_request
                post(UUID(id_), step, said.custodian, said.body)
            self.on_post(step)
        self._reply(b"{}")

    def _reply(self, body: bytes) -> None:
        try:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


class Posted(msgspec.Struct):
    custodian: int
    body: bytes


MAIN = "from sunseal_parties.custodian.cli import main; main()"


def launch(folder: Path, url: str) -> subprocess.Popen[bytes]:
    arguments = ["run", "--dir", str(folder / "1"), "--roster", str(folder / "roster.json")]
    arguments += ["--url", url, "--token-file", str(folder / "token"), "--poll", "0.1"]
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def served(folder: Path) -> Iterator[tuple[World, type[Handler], str]]:
    """A world in which custodian 1 is a process of its own, on the real clock."""
    world = build(folder)
    world.parties.pop(0).journal.close()
    (folder / "roster.json").write_bytes(world.roster_bytes)
    (folder / "token").write_text("token\n")
    world.clock.now = clock()
    handler = type("Bound", (Handler,), {"view": world.platform.view(1)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield world, handler, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    world.close()


def test_killed_with_kill_9_it_says_the_same(served, folder: Path) -> None:
    world, handler, url = served
    processes = [launch(folder, url)]
    killed: list[str] = []

    def kill_once(step: str) -> None:
        # The platform has the message, the custodian never hears that it has.
        if step not in killed and step in ("certify", "round2", "cosignature"):
            killed.append(step)
            os.kill(processes[-1].pid, signal.SIGKILL)
            processes[-1].wait()

    handler.on_post = staticmethod(kill_once)
    try:
        with handler.guard:
            later = {"deadline": world.clock.now.replace(microsecond=0, year=2100)}
            world.open_ceremony(notice_changes={**later, "not_before": later["deadline"]})
        desk = world.platform.ceremonies[0]
        started = time.monotonic()
        while desk.state != "complete" and time.monotonic() - started < 30:
            with handler.guard:
                world.clock.now = clock()
                world.log.tick(world.clock.now)
                for party in world.parties:
                    party.daemon.poll()
            if processes[-1].poll() is not None:
                processes.append(launch(folder, url))
            time.sleep(0.15)
        assert desk.state == "complete"
        assert sorted(killed) == ["certify", "cosignature", "round2"]
        assert_one_word_each(handler.view)
    finally:
        processes[-1].terminate()
        assert processes[-1].wait(60) == 0
