"""Locks that the kernel drops with the last process that holds them, however that one ended."""

import fcntl
import os
import time
from pathlib import Path

PAUSE = 0.02


class Lock:
    """A lock on one file. A child that inherits it holds it as long as it and its children live."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        if self._descriptor is None:
            raise RuntimeError(f"{self.path} is not locked")
        return self._descriptor

    def take(self, patience: float = 0) -> bool:
        """Whether it was free at once or became so within `patience` seconds."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    os.close(descriptor)
                    return False
                time.sleep(PAUSE)
            else:
                self._descriptor = descriptor
                return True

    def let_go(self) -> None:
        """Drops our hold; a child that inherited it keeps its own."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
