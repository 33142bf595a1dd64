"""How an installation goes on when its database machine is gone: the log shipped with each tick.

Commits wait for a receiver on another machine, so no cosigner ever sees a tick that is on one
machine alone. The commands are those of docs/operations.md.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sunseal import migrations
from sunseal.backup import checking
from sunseal.embedded import Embedded, programs
from sunseal.embedded.owner import Owner
from tests.backup.world import Installation, Place, empty_database, installation, states
from tests.support.database import TestDatabase, run
from tests.support.servers import scratch_folder

pytestmark = pytest.mark.slow
TICKS = 40


@contextmanager
def receiving(server: Embedded, wal: Path) -> Iterator[None]:
    """The second machine takes the log as it is written, and a commit waits until it has it."""
    wal.mkdir()
    command = [tool("pg_receivewal"), "-d", f"{server.admin_url}&application_name=second"]
    child = subprocess.Popen([*command, "-D", str(wal), "--synchronous", "--no-loop"])
    run(server, "alter system set synchronous_standby_names = 'ANY 1 (second)'")
    run(server, "alter system set wal_sender_timeout = '10min'")
    run(server, "select pg_reload_conf()")
    try:
        yield
    finally:
        child.kill()
        child.wait()


def tool(name: str) -> str:
    return str(programs.postgres(Owner.of_servers()) / name)


def recover(base: Path, wal: Path, root: Path) -> None:
    """The second machine's database: the base copy, and every commit since."""
    for partial in wal.glob("*.partial"):
        partial.rename(partial.with_suffix(""))
    (base / "recovery.signal").touch()
    with (base / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {wal}/%f %p'\nsynchronous_standby_names = ''\n")
        settings.write("hot_standby = off\n")  # it answers when it has replayed everything
    root.mkdir()
    root.chmod(0o711)
    shutil.move(base, root / "postgres")
    owner = Owner.of_servers()
    for folder in (root / "postgres", wal):
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.uid, owner.gid)
        folder.chmod(0o700)


def second(there: Embedded, here: Installation) -> Place:
    name = here.database.name
    urls = {side: there.url_for(f"sunseal_{side}", name) for side in ("desk", "box", "work")}
    database = TestDatabase(name, there.url_for("postgres", name), urls)
    return Place(database, here.storage, here.keys, here.roster_bytes, here.now)


def test_every_cosigned_tick_is_on_the_other_machine(tmp_path: Path) -> None:
    with scratch_folder() as folder, Embedded(folder / "first") as first:
        database = empty_database(first, "sunseal")
        migrations.run(database.admin_url)
        here = installation(database, tmp_path, datetime.now(UTC))  # noqa: TID251
        here.live(3)
        base, wal = folder / "base", folder / "wal"
        copied = [tool("pg_basebackup"), "-d", first.admin_url, "-D", str(base), "-X", "stream"]
        subprocess.run([*copied, "-c", "fast"], check=True)
        with receiving(first, wal):
            here.live(TICKS)
            first.kill_postgres()  # the machine burns, in the middle of its work
            for login in database.opened:
                login.close()
        recover(base, wal, folder / "second")
        with Embedded(folder / "second") as other:
            there = second(other, here)
            assert there.size() == 3 + TICKS
            files = states(here.cosigners, tmp_path / "states")
            assert checking.check(there.database.admin_url, there.roster_bytes, files).whole
            there.tick()
            for cosigner in here.cosigners:
                there.show(cosigner)
                assert cosigner.journal.log.size == there.size()
                assert cosigner.journal.log.fork() is None
                cosigner.journal.close()
            for login in there.database.opened:
                login.close()
