"""What the two servers have in common: one child that holds a lock for as long as it lives."""

import os
import signal
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from sunseal.embedded import processes
from sunseal.embedded.errors import EmbeddedError, InUse
from sunseal.embedded.locks import Lock
from sunseal.embedded.owner import Owner

READY_WITHIN = 60.0
STOPPED_WITHIN = 15.0
TAIL = 1500  # characters of a server's own words in our error


class Server(ABC):
    """Not for use by two threads at once."""

    name: ClassVar[str]

    def __init__(self, root: Path, sockets: Path, owner: Owner) -> None:
        self.root = root
        self.sockets = sockets
        self.owner = owner
        self.output = root / f"{self.name}.out"
        self._lock = Lock(root / f"{self.name}.lock")
        self._pid_file = root / f"{self.name}.pid"
        self._process: processes.Process | None = None

    @property
    @abstractmethod
    def mark(self) -> str:
        """A path in the command line that only this server has."""

    @abstractmethod
    def arguments(self) -> list[str]:
        """The command, program first."""

    @abstractmethod
    def prepare(self) -> None:
        """Removes what a killed server left. It is certain that none is alive."""

    @abstractmethod
    def is_ready(self) -> bool: ...

    def start(self) -> None:
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Starts the server and does not wait for it."""
        self._take_lock()
        try:
            self.prepare()
            self._process = self._run(self.arguments(), inherited=(self._lock.descriptor,))
            self._pid_file.write_text(str(self.pid))
        finally:
            self._lock.let_go()  # the server and every process of it hold it now

    def wait_until_ready(self) -> None:
        process = self._running()
        until = time.monotonic() + READY_WITHIN
        while not self.is_ready():
            if process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise EmbeddedError(f"{self.name} did not start:\n{self._last_words()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Asks it to stop in order, and insists after a while."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOPPED_WITHIN)
        except processes.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """Ends it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _take_lock(self) -> None:
        """A lock still held, while we hold the launcher's, is a server whose launcher was killed.

        On Linux it is stopping already; elsewhere nobody told it to.
        """
        if self._lock.take():
            return
        self._stop_orphan()
        if not self._lock.take(STOPPED_WITHIN):
            raise InUse(self.root)

    def _stop_orphan(self) -> None:
        try:
            pid = int(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return
        if self.mark in processes.command_line(pid):  # else the number has passed to a stranger
            os.kill(pid, signal.SIGINT)

    def _run(self, arguments: list[str], inherited: tuple[int, ...] = ()) -> processes.Process:
        with open(self.output, "ab", opener=_ours_alone) as output:
            return processes.start(
                processes.Command(self.owner, tuple(arguments), output, inherited)
            )

    @property
    def pid(self) -> int:
        return self._running().pid

    def _running(self) -> processes.Process:
        if self._process is None:
            raise EmbeddedError(f"{self.name} was not started.")
        return self._process

    def _last_words(self) -> str:
        return self.output.read_text(errors="replace")[-TAIL:]


def _ours_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
