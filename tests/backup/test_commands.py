"""The commands as an operator types them; where one is killed or short of room, as a process."""

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sunseal.backup import create as creating
from sunseal.cli import app
from sunseal.demo.children import base_environment, program
from sunseal.supervision import service as supervision
from sunseal_crypto import canonical, roster
from tests.backup.conftest import Story
from tests.backup.world import ORIGIN, PASSWORD, Cosigner, Installation, states
from tests.support.database import TestDatabase

MIB = 1 << 20


@pytest.fixture
def environment(here: Installation) -> dict[str, str]:
    return settings(here.database, here.folder / "objects", here.folder / "roster.json", here)


def settings(
    database: TestDatabase, objects: Path, file: Path, here: Installation
) -> dict[str, str]:
    file.write_bytes(here.roster_bytes)
    return base_environment() | {
        "DATABASE_URL_ADMIN": database.admin_url,
        "DATABASE_URL_DESK": database.urls["desk"],
        "DATABASE_URL_BOX": database.urls["box"],
        "DATABASE_URL_WORK": database.urls["work"],
        "REDIS_URL": "unix:///nowhere",
        "STORAGE_URL": f"file://{objects}",
        "SUNSEAL_KEYS": str(here.folder / "keys"),
        "SUNSEAL_ORIGIN": ORIGIN,
        "SUNSEAL_ROSTER": str(file),
        "SUNSEAL_TICK_SECONDS": "1",
    }


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def sunseal(environment: dict[str, str], *arguments: str) -> Done:
    """In this process, which is a second faster than another one."""
    done = CliRunner().invoke(app, arguments, env={"DATABASE_URL_ADMIN": None, **environment})
    return Done(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def identity(here: Installation, tmp_path: Path) -> Path:
    path = tmp_path / "vault.key"
    path.write_text(f"# created: today\n{here.vault}\n")
    return path


def test_out_and_back_and_held_and_free(
    here: Installation,
    environment: dict[str, str],
    identity: Path,
    empty: Callable[[], TestDatabase],
    tmp_path: Path,
) -> None:
    to = str(here.vault.recipient())
    named = sunseal(environment, "backup", "object", "--to", to).stdout.strip()
    assert re.fullmatch("backup/[0-9a-f]{64}", named)
    path = tmp_path / "a.backup"
    asked = ("backup", "create", str(path), "--to", to, "--proposal", str(here.agree()))
    made = json.loads(sunseal(environment, *asked).stdout)
    opened = ("--identity", str(identity), "--sha256", made["sha256"])
    read = sunseal(environment, "backup", "test", str(path), *opened)
    assert json.loads(read.stdout)["rows"] == made["rows"]
    database = empty()
    there = settings(database, tmp_path / "objects", tmp_path / "roster.json", here)
    told = sunseal(there, "backup", "restore", str(path), *opened)
    assert (told.returncode, json.loads(told.stdout)["origin"]) == (0, ORIGIN)
    # Nobody serves or ticks before the cosigners were asked.
    for role in ("web", "worker"):
        refused = sunseal(there, role)
        assert refused.returncode == 1
        assert "The log does not grow: it was restored from a backup" in refused.stderr
    files = [str(file) for file in states(here.cosigners, tmp_path / "states")]
    done = sunseal(there, "backup", "check", *files)
    assert (done.returncode, "the log is free" in done.stdout) == (0, True)


def test_what_is_lost_is_printed_and_ends_in_1(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "roster.json"
    there = settings(story.there.database, tmp_path / "objects", file, story.here)
    files = [str(file) for file in states(story.cosigners, tmp_path / "states")]
    done = sunseal(there, "backup", "check", *files)
    assert done.returncode == 1
    assert f"{story.lost[0]}-{story.lost[-1]}" in done.stdout
    refused = sunseal(there, "worker")
    assert f"{len(story.lost)} ticks are lost" in refused.stderr


def test_nothing_is_exported_without_the_other(
    here: Installation, environment: dict[str, str], tmp_path: Path
) -> None:
    to, proposal = str(here.vault.recipient()), str(here.agree(confirmed=False))
    path = str(tmp_path / "a")
    done = sunseal(environment, "backup", "create", path, "--to", to, "--proposal", proposal)
    assert done.returncode == 1
    assert "one person alone exports nothing" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_supervisors_are_told_of_each_stage(here: Installation, tmp_path: Path) -> None:
    proposal = here.agree()
    path = tmp_path / "a.backup"
    creating.create(here.source(), path, [here.vault.recipient()], proposal)
    with here.worker() as uow:
        supervision.announce(uow, proposal, ("email",))
    with here.database.admin() as admin:
        query = "select occasion from supervision.alert where cause = %s order by occasion"
        told = [row[0] for row in admin.execute(query, [proposal])]
    assert told == ["confirmed", "exported", "proposed"]


def test_a_wrong_setting_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    without = {name: value for name, value in environment.items() if name != "DATABASE_URL_ADMIN"}
    done = sunseal(without, "backup", "check", str(tmp_path / "a"))
    assert done.returncode == 2
    assert "DATABASE_URL_ADMIN is not set" in done.stderr


def begun(
    here: Installation, environment: dict[str, str], path: Path, **more: Any
) -> "subprocess.Popen[str]":
    to, proposal = str(here.vault.recipient()), str(here.agree())
    command = [*program("sunseal"), "backup", "create", str(path)]
    return subprocess.Popen(
        [*command, "--to", to, "--proposal", proposal],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


@pytest.fixture
def large(here: Installation) -> Iterator[None]:
    """Enough in the store that a backup takes a moment."""
    names = [here.document(8 * MIB) for _ in range(12)]
    yield
    for name in names:
        here.storage.delete(name)
        with here.database.admin() as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute("delete from notice.document where %s = any(objects)", [name])


@pytest.mark.slow
def test_kill_9_in_the_middle_leaves_no_backup_and_the_next_one_is_whole(
    here: Installation, environment: dict[str, str], identity: Path, large: None, tmp_path: Path
) -> None:
    path = tmp_path / "a.backup"
    part = tmp_path / "a.backup.part"
    child = begun(here, environment, path)
    until = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size > MIB):
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < until
        time.sleep(0.001)
    child.kill()
    child.communicate()
    assert not path.exists()
    assert 0 < part.stat().st_size < 96 * MIB
    again = begun(here, environment, path)
    said, error = again.communicate(timeout=120)
    assert again.returncode == 0, error
    assert sorted(tmp_path.iterdir()) == sorted([path, identity])
    opened = ("--identity", str(identity), "--sha256", json.loads(said)["sha256"])
    assert sunseal(environment, "backup", "test", str(path), *opened).returncode == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a limit on a file's size")
def test_a_full_disk_is_said_and_leaves_nothing(
    here: Installation, environment: dict[str, str], large: None, tmp_path: Path
) -> None:
    """No file may grow beyond 2 MiB, which is how a full disk looks from inside."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MIB, 2 * MIB))

    child = begun(here, environment, folder / "a.backup", preexec_fn=limit)
    said, error = child.communicate(timeout=120)
    assert (child.returncode, said) == (1, "")
    assert f"There is no room for {folder / 'a.backup'}: nothing was kept" in error
    assert "Traceback" not in error
    assert os.listdir(folder) == []


@pytest.mark.slow
def test_kill_9_while_restoring_leaves_an_empty_database(
    here: Installation,
    environment: dict[str, str],
    identity: Path,
    large: None,
    empty: Callable[[], TestDatabase],
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.backup"
    made = here.back_up(path)
    database = empty()
    objects = tmp_path / "objects"
    there = settings(database, objects, tmp_path / "roster.json", here)
    opened = ("--identity", str(identity), "--sha256", made.sha256)
    command = [*program("sunseal"), "backup", "restore", str(path), *opened]
    child = subprocess.Popen(command, env=there, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while not any(objects.glob("*/*")):
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < until
        time.sleep(0.001)
    child.kill()
    child.communicate()
    with database.admin() as admin:
        assert admin.execute("select count(*) from registry.person").fetchone() == (0,)
    done = sunseal(there, "backup", "restore", str(path), *opened)
    assert done.returncode == 0, done.stderr
    with database.admin() as admin:
        assert admin.execute("select count(*) from registry.person").fetchone() == (2,)


@pytest.mark.slow
def test_a_new_log_from_the_command_line(
    story: Story, empty: Callable[[], TestDatabase], tmp_path: Path
) -> None:
    old, new = tmp_path / "roster.json", tmp_path / "roster-2.json"
    database = empty()
    environment = settings(database, tmp_path / "objects", old, story.here)
    cards = []
    for cosigner in story.here.cosigners:
        seat = "--witness" if cosigner.witness else "--custodian"
        cards += [seat, str(card(story, cosigner, tmp_path))]
    keys = ("--keys", str(story.here.folder / "keys"), "--origin", f"{ORIGIN}/2")
    made = sunseal(environment, "roster", str(new), *keys, "--operator", "the operator", *cards)
    assert made.returncode == 0, made.stderr
    environment |= {
        "SUNSEAL_ORIGIN": f"{ORIGIN}/2",
        "SUNSEAL_ROSTER": str(new),
        "DATABASE_URL_PAST": story.there.database.admin_url,
        "SUNSEAL_SECOND_FACTOR": "0",
    }
    files = [str(file) for file in states(story.cosigners, tmp_path / "states")]
    out = tmp_path / "handover.json"
    people = ("--operator", "operator@example.cn", "--supervisor", "supervisor@example.cn")
    why = ("--reason", "both disks of the database burnt", "--agreed", "seen on the spot")
    asked = ("log", "new-origin", *files, "--previous", str(old), "--out", str(out), *people, *why)
    done = subprocess.run(
        [*program("sunseal"), *asked],
        env=environment,
        input=f"{PASSWORD}\n{PASSWORD}\n",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert f"{ORIGIN}/2 has begun" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    bundle = tmp_path / "old.sunseal-bundle"
    url = story.there.database.admin_url
    past = environment | {"DATABASE_URL_ADMIN": url, "SUNSEAL_ROSTER": str(old)}
    written = sunseal(past, "log", "bundle", str(story.tender), str(bundle))
    assert written.returncode == 0, written.stderr
    command = [*program("sunseal-audit"), "verify", str(bundle), "--roster", str(old)]
    checked = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def card(story: Story, cosigner: Cosigner, folder: Path) -> Path:
    parsed = roster.parse(story.here.roster_bytes)
    name = cosigner.guard.name
    [found] = [each for each in (*parsed.custodians, *parsed.witnesses) if each.name == name]
    path = folder / f"{name}.card"
    path.write_bytes(canonical.encode(found))
    return path
