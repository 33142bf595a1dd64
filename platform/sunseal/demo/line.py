"""A line on loopback that breaks when a given number of bytes has passed, and stays broken."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from sunseal.demo.ports import LOOPBACK

BLOCK = 64 << 10


class BreakingLine:
    """Carries connections to `url` until `limit` bytes have gone there."""

    def __init__(self, url: str, limit: int) -> None:
        parts = urlsplit(url)
        self._target = (str(parts.hostname), int(parts.port or 80))
        self._limit = limit
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server((LOOPBACK, 0))
        self.url = f"http://{LOOPBACK}:{self._listener.getsockname()[1]}"
        self.carried = 0
        self.broken = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._break()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
            except OSError:
                return
            with self._lock:
                self._open += [near, far]
            threading.Thread(target=self._carry, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, False), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        try:
            while block := source.recv(BLOCK):
                sink.sendall(block)
                if counted and self._count(len(block)):
                    self.broken = True
                    self._break()
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def _count(self, size: int) -> bool:
        with self._lock:
            self.carried += size
            return self.carried >= self._limit

    def _break(self) -> None:
        """As when a cable is pulled: both ends of every connection, and nobody new."""
        with self._lock:
            for each in (self._listener, *self._open):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
            self._open.clear()
