"""Both servers, as one thing that is started and stopped."""

import atexit
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sunseal.embedded import folders
from sunseal.embedded.errors import EmbeddedError, InUse
from sunseal.embedded.locks import Lock
from sunseal.embedded.owner import Owner
from sunseal.embedded.postgres import SUPERUSER, PostgresServer
from sunseal.embedded.valkey import ValkeyServer

# Long enough for an earlier launcher that is just stopping.
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Urls:
    admin_url: str  # PostgreSQL as superuser
    redis_url: str


@dataclass(frozen=True, slots=True)
class _Servers:
    postgres: PostgresServer
    valkey: ValkeyServer


class Embedded:
    """Servers on the data in `root`; without one, on the data of this checkout.

    The same data is there at the next start. With `durable=False` a power cut may cost it, for
    tests. Stops when the process ends; on Linux also when it is killed.
    """

    def __init__(
        self, root: Path | None = None, *, durable: bool = True, patience: float = PATIENCE
    ) -> None:
        self.root = (root or folders.state_of(Path(__file__).parents[3])).absolute()
        self._durable = durable
        self._patience = patience
        self._lock = Lock(self.root / "lock")
        self._servers: _Servers | None = None

    def start(self) -> Urls:
        """Raises InUse when another process has them, EmbeddedError when they cannot be had."""
        if self._servers is None:
            folders.make_passage(self.root)
            if not self._lock.take(self._patience):
                raise InUse(self.root)
            atexit.register(self.stop)
            try:
                self._servers = self._launch()
            except BaseException:
                self.stop()
                raise
        return Urls(self.admin_url, self._running.valkey.url)

    def stop(self) -> None:
        if self._servers is not None:
            self._servers.valkey.stop()
            self._servers.postgres.stop()
            with suppress(OSError):
                self._servers.valkey.sockets.rmdir()
            self._servers = None
        self._lock.let_go()
        atexit.unregister(self.stop)

    @property
    def admin_url(self) -> str:
        return self.url_for(SUPERUSER, "postgres")

    @property
    def redis_url(self) -> str:
        return self._running.valkey.url

    @property
    def postgres_log(self) -> Path:
        """The folder of PostgreSQL's JSON log."""
        return self._running.postgres.logs

    def url_for(self, login: str, database: str) -> str:
        return self._running.postgres.url_for(login, database)

    def restart_postgres(self) -> None:
        """In order, or after `kill_postgres`. Open connections are lost; the data is not."""
        self._running.postgres.stop()
        self._running.postgres.start()

    def kill_postgres(self) -> None:
        self._running.postgres.kill()

    def restart_valkey(self) -> None:
        """It comes back empty."""
        self._running.valkey.stop()
        self._running.valkey.start()

    def kill_valkey(self) -> None:
        self._running.valkey.kill()

    def _launch(self) -> _Servers:
        owner = Owner.of_servers()
        sockets = folders.sockets_of(self.root, owner)
        servers = _Servers(
            PostgresServer(self.root, sockets, owner, durable=self._durable),
            ValkeyServer(self.root, sockets, owner),
        )
        try:
            servers.valkey.launch()
            servers.postgres.launch()
            servers.valkey.wait_until_ready()
            servers.postgres.wait_until_ready()
        except BaseException:
            servers.valkey.kill()
            servers.postgres.kill()
            raise
        return servers

    @property
    def _running(self) -> _Servers:
        if self._servers is None:
            raise EmbeddedError("The embedded servers were not started.")
        return self._servers

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
