"""The memory that a browser takes, process by process, as the kernel counts it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

EVERY_SECONDS = 0.1


class BrowserMemory:
    """Peaks in MiB of the browser with this profile: of its largest page, and of all of it."""

    def __init__(self, profile: Path) -> None:
        self._profile = str(profile).encode()
        self._ended = threading.Event()
        self.page = self.all = 0

    def __str__(self) -> str:
        return f"{self.page} MiB in the page, {self.all} MiB in the whole browser"

    @contextmanager
    def watched(self) -> Iterator["BrowserMemory"]:
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            thread.join()

    def _watch(self) -> None:
        while True:
            own = _family(self._profile)
            taken = {process: _private(process) >> 10 for process in own}
            pages = [taken[each] for each in own if b"--type=renderer" in _command(each)]
            self.page = max(self.page, *pages, 0)
            self.all = max(self.all, sum(taken.values()))
            if self._ended.wait(EVERY_SECONDS):
                return


def _family(profile: bytes) -> list[Path]:
    """The processes that name the profile, and their children, and theirs."""
    processes = list(Path("/proc").glob("[0-9]*"))
    parents = {path.name: _parent(path) for path in processes}
    own = {path.name for path in processes if profile in _command(path)}
    while more := {name for name, parent in parents.items() if parent in own} - own:
        own |= more
    return [Path("/proc") / name for name in own]


def _command(process: Path) -> bytes:
    with suppress(OSError):
        return (process / "cmdline").read_bytes()
    return b""


def _parent(process: Path) -> str:
    """The second field behind the name, which is in brackets and may hold anything."""
    with suppress(OSError):
        return (process / "stat").read_text().rpartition(")")[2].split()[1]
    return ""


def _private(process: Path) -> int:
    """KiB that no other process shares."""
    with suppress(OSError):
        lines = (process / "smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return 0
