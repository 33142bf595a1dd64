"""Starting a child that ends when we do, and finding one that did not."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sunseal.embedded import child
from sunseal.embedded.owner import Owner

# Nothing of our environment (keys, PGOPTIONS, a locale that is not there) reaches a child.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")

Process = subprocess.Popen[bytes]
TimeoutExpired = subprocess.TimeoutExpired


@dataclass(frozen=True, slots=True)
class Command:
    """`environment` is what the child gets besides PASSED_ON."""

    owner: Owner
    arguments: tuple[str, ...]
    output: IO[bytes]
    inherited: tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> Process:
        return subprocess.Popen(
            leashed(self.owner, self.arguments),
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
            env=passed_on() | dict(self.environment),
            cwd="/",
            pass_fds=self.inherited,
            start_new_session=True,  # Ctrl-C is ours: we stop servers last
        )


def leashed(owner: Owner, command: Sequence[str]) -> list[str]:
    """The command as `owner` runs it, with an end when the thread that starts it has ended."""
    who = (str(os.getpid()), str(owner.uid), str(owner.gid))
    return [sys.executable, "-I", "-S", child.__file__, *who, *command]


def passed_on() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


class _Nursery:
    """One thread that starts every child and lives as long as the process.

    Linux takes the *thread* that forked for the parent: a server started from a passing thread
    would stop with it.
    """

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[tuple[Command, Future[Process]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._pid = 0

    def start(self, command: Command) -> Process:
        with self._lock:
            if self._pid != os.getpid():  # threads do not survive a fork
                self._pid = os.getpid()
                threading.Thread(target=self._work, name="nursery", daemon=True).start()
        started: Future[Process] = Future()
        self._orders.put((command, started))
        return started.result()

    def _work(self) -> None:
        while True:
            command, started = self._orders.get()
            try:
                started.set_result(command.run())
            except OSError as error:
                started.set_exception(error)


start = _Nursery().start


def command_line(pid: int) -> str:
    """What runs as `pid`, or nothing. Both servers show their data folder or socket in it."""
    entry = Path(f"/proc/{pid}/cmdline")
    if entry.exists():
        try:
            return os.fsdecode(entry.read_bytes().replace(b"\0", b" "))
        except OSError:
            return ""
    if sys.platform.startswith("linux"):
        return ""
    shown = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True)
    return os.fsdecode(shown.stdout)
