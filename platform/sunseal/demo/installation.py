"""What an installation keeps on disk, made step by step; each step that is done is skipped."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from sunseal import keys, migrations
from sunseal.demo import accounts, parties
from sunseal.demo.accounts import Account
from sunseal.demo.cast import DEMO, Cast
from sunseal.demo.children import base_environment, program
from sunseal.demo.parties import Party
from sunseal.embedded import Embedded
from sunseal.settings import Side

DATABASE = "sunseal"
LOGINS = ("desk", "box", "work")


class SetupFailed(Exception):
    """One of our own programs refused; the sentence is what it said."""


class Installation:
    """Files of the platform and, beside them for want of other machines, of the parties."""

    def __init__(
        self, folder: Path, servers: Embedded, tick_seconds: float, cast: Cast = DEMO
    ) -> None:
        self.folder = folder
        self.roster = folder / "roster.json"
        self.keys = folder / "keys"
        self.objects = folder / "objects"
        self.accounts_file = folder / "accounts.json"
        self._servers = servers
        self._tick_seconds = tick_seconds
        self.cast = cast

    def prepare(self) -> dict[str, Account]:
        """Everything that the platform's processes need before they start."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._create_database()
        migrations.run(self.admin_url, practice=self.cast.practice)
        keys.make(self.keys, self.cast.origin)
        self._make_parties()
        self._make_roster()
        offices = self.cast.staff + tuple(party.office for party in self.cast.parties)
        staff = accounts.make(self.accounts_file, offices)
        accounts.register(self.url_for("work"), staff)
        return staff

    @property
    def admin_url(self) -> str:
        """As superuser: for the migration, and for the insider who has stolen everything."""
        return self._servers.url_for("postgres", DATABASE)

    def url_for(self, login: str) -> str:
        """The URL of `desk`, `box` or `work`."""
        return self._servers.url_for(f"sunseal_{login}", DATABASE)

    def environment(self, side: Side) -> dict[str, str]:
        """The settings of one kind of process, and no others. A party outside gets none."""
        urls = {f"DATABASE_URL_{login.upper()}": self.url_for(login) for login in LOGINS}
        needed = urls | {
            "SUNSEAL_ORIGIN": self.cast.origin,
            "REDIS_URL": self._servers.redis_url,
            "STORAGE_URL": f"file://{self.objects}",
            "SUNSEAL_KEYS": str(self.keys),
            "SUNSEAL_ROSTER": str(self.roster),
        }
        chosen = {
            "SUNSEAL_TICK_SECONDS": str(self._tick_seconds),
            "SUNSEAL_STATUTORY_PERIODS": "0",
            "SUNSEAL_SECOND_FACTOR": "0",
            **self.cast.settings,
        }
        if side is Side.WORKER:
            chosen["SUNSEAL_DATABASE_LOG"] = str(self._servers.postgres_log)
        return {name: needed[name] for name in side.value} | chosen

    def log_seed(self) -> bytes:
        """The secret of the log's key, which opens nothing."""
        return bytes.fromhex((self.keys / keys.LOG).read_text().strip())

    def token_file(self, party: Party) -> Path:
        return party.folder(self.folder) / "token"

    def keep_token(self, party: Party, token: str) -> None:
        path = self.token_file(party)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(token)

    def _create_database(self) -> None:
        with psycopg.connect(self._servers.admin_url, autocommit=True) as connection:
            found = connection.execute("select from pg_database where datname = %s", [DATABASE])
            if found.fetchone() is None:
                connection.execute(f"create database {DATABASE}")

    def _make_parties(self) -> None:
        with ThreadPoolExecutor(len(self.cast.parties)) as pool:
            list(pool.map(self._make_party, self.cast.parties))

    def _make_party(self, party: Party) -> None:
        folder = party.folder(self.folder)
        parties.forget_unfinished(folder)
        if not folder.exists():
            folder.parent.mkdir(mode=0o700, exist_ok=True)
            run("sunseal-custodian", *party.init_arguments(folder))

    def _make_roster(self) -> None:
        if self.roster.exists():
            return
        cards = [("--custodian", party) for party in self.cast.custodians]
        cards += [("--witness", party) for party in self.cast.witnesses]
        named = [
            part
            for option, party in cards
            for part in (option, str(party.folder(self.folder) / "card.json"))
        ]
        where = [str(self.roster), "--keys", str(self.keys), "--origin", self.cast.origin]
        run("sunseal", "roster", *where, "--operator", self.cast.operator, *named)


def run(name: str, *arguments: str) -> str:
    """One of our programs, to its end; what it printed. Raises SetupFailed."""
    done = subprocess.run(
        [*program(name), *arguments], env=base_environment(), capture_output=True, text=True
    )
    if done.returncode != 0:
        raise SetupFailed(f"{name} {arguments[0]}: {done.stdout}{done.stderr}".strip())
    return done.stdout
