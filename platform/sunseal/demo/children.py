"""Our own programs as child processes: a session of its own for each, and a log file."""

import os
import signal
import sys
import sysconfig
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sunseal.embedded import processes
from sunseal.embedded.owner import Owner

STOPPED_WITHIN = 10.0
TAIL = 2000  # characters of a child's own words in our error


class ChildDied(Exception):
    """A program that should run has ended; its last words are in the sentence."""

    def __init__(self, name: str, code: int, tail: str) -> None:
        self.name = name
        super().__init__(f"{name} ended with code {code}. Its last words:\n{tail}")


def program(name: str) -> tuple[str, ...]:
    """How to run an installed console script, whatever its first line says."""
    return (sys.executable, str(Path(sysconfig.get_path("scripts")) / name))


def base_environment() -> dict[str, str]:
    """Nothing of ours but the path: no child may find a secret that is not its own."""
    return processes.passed_on() | {
        "HOME": str(Path.home()),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
    }


class Child:
    """Not for use by two threads at once. It ends when we do, however we end."""

    def __init__(
        self, name: str, command: tuple[str, ...], environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._environment = base_environment() | dict(environment)
        self._process: processes.Process | None = None

    def start(self) -> None:
        if self.alive:
            return
        ourselves = Owner.ourselves()
        with self.log.open("ab") as output:
            order = processes.Command(
                ourselves, self._command, output, environment=self._environment
            )
            self._process = processes.start(order)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process.pid

    def check(self) -> None:
        """Raises ChildDied when it was started, not stopped, and has ended."""
        if self._process is not None and self._process.poll() is not None:
            raise ChildDied(self.name, self._process.returncode, self.tail())

    def ask_to_stop(self) -> None:
        if self._process is not None and self.alive:
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Asks it to end in order, and insists after a while."""
        self.ask_to_stop()
        if self._process is not None:
            try:
                self._process.wait(STOPPED_WITHIN)
            except processes.TimeoutExpired:
                self.kill()
        self._process = None

    def kill(self) -> None:
        """Ends it as a power cut would, with what it has started itself: a worker has its beat."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-TAIL:] if self.log.exists() else ""
