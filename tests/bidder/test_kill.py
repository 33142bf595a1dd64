"""kill -9 in the middle of each step: the next command ends with one and the same statement."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.bidder.conftest import Desk

ROOT = Path(__file__).parents[2]


def start(desk: Desk, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sunseal_parties.bidder.cli", *desk.arguments(*words)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def kill(program: subprocess.Popen[bytes]) -> None:
    program.send_signal(signal.SIGKILL)
    program.communicate()
    assert program.returncode == -signal.SIGKILL


def wait_for(path: Path) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.005)


PLACES = {
    "commit asked": "POST tenders/envelopes/submissions",
    "commit done": "POST tenders/envelopes/submissions done",
    "piece stored": "PATCH uploads done",
    "finalise done": "POST submissions/finalise done",
    "receipt asked": "GET submissions",
}


@pytest.mark.parametrize("place", PLACES)
def test_killed_while_handing_in(desk: Desk, place: str) -> None:
    desk.enter()
    desk.seal()
    reached, dead = threading.Event(), threading.Event()

    def hang() -> None:
        reached.set()
        dead.wait(60)

    desk.platform.fail(PLACES[place], hang)
    program = start(desk, "submit", desk.tender)
    assert reached.wait(60)
    kill(program)
    dead.set()
    desk.done("submit", desk.tender)
    [attempt] = desk.attempts.all()
    [found] = desk.platform.submissions.values()
    assert found.signed == attempt.signed
    assert (found.state, attempt.stage) == ("accepted", "complete")


def test_killed_while_sealing(desk: Desk) -> None:
    desk.enter()
    document, data = desk.folder / "offer.pdf", b"We build it well."
    os.mkfifo(document)
    words = ("seal", desk.tender, str(document), "--price", "100")
    program = start(desk, *words)
    # A document that trickles: read once to be measured, and stuck while it is sealed.
    document.write_bytes(data)
    wait_for(desk.attempts.sealed_file(1).with_name("sealed.age.part"))
    with document.open("wb", buffering=0) as writer:
        writer.write(data[:5])
        kill(program)
    assert desk.attempts.all() == []
    document.unlink()
    document.write_bytes(data)
    desk.done(*words)
    [attempt] = desk.attempts.all()
    assert attempt.stage == "rehearsed"
    assert {path.name for path in desk.attempts.sealed_file(1).parent.iterdir()} == {
        "attempt.json",
        "sealed.age",
    }


def test_two_commands_in_one_home_at_once(desk: Desk) -> None:
    desk.enter()
    desk.seal()
    reached, go = threading.Event(), threading.Event()

    def hang() -> None:
        reached.set()
        go.wait(60)

    desk.platform.fail("PATCH uploads", hang)
    program = start(desk, "submit", desk.tender)
    assert reached.wait(60)
    ended = desk.run("submit", desk.tender)
    go.set()
    program.communicate()
    assert ended.code == 1
    assert "at work" in ended.err
    assert program.returncode == 0
