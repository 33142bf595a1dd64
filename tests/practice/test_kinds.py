"""A practice and a real installation that meet: neither starts on what belongs to the other."""

import os
import re
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from msgspec import structs
from typer.testing import CliRunner

from sunseal import cli, migrations, startup
from sunseal.database import Role
from sunseal.embedded import InUse, folders
from sunseal.embedded.locks import Lock
from sunseal.kit import mail, paper
from sunseal.kit.practice import MARK
from sunseal.migrations import NotFresh
from sunseal.practice import serve
from sunseal.practice.serve import NotOurs
from sunseal.startup import OtherRoster, WrongKind
from sunseal_crypto import canonical, roster
from sunseal_crypto.note_keys import NoteSigner
from sunseal_parties.auditor.cli import app as auditor
from tests.auditor import story
from tests.blacklist.conftest import LetterBox, letter_box
from tests.crypto.logs import LOG
from tests.practice.house import ORIGIN, practice_settings, register_office
from tests.support.database import TestDatabase
from tests.support.service import guards, roster_of

__all__ = ["letter_box"]
REAL = "tender.example.cn/log"


def test_neither_kind_starts_on_the_database_of_the_other(database: TestDatabase) -> None:
    processes = ((database.desk, Role.PUBLIC), (database.work, Role.WORKER))
    for login, role in processes:
        startup.check_kind(login, False, role)
        with pytest.raises(WrongKind, match="holds real tenders"):
            startup.check_kind(login, True, role)
    migrations.run(database.admin_url, practice=True)
    for login, role in processes:
        startup.check_kind(login, True, role)
        with pytest.raises(WrongKind, match="nothing in it"):
            startup.check_kind(login, False, role)


def test_a_database_with_anybody_in_it_becomes_no_practice(database: TestDatabase) -> None:
    register_office(database)
    with pytest.raises(NotFresh):
        migrations.run(database.admin_url, practice=True)
    startup.check_kind(database.desk, False)


def test_a_mark_stays_when_the_next_migration_forgets_the_setting(database: TestDatabase) -> None:
    migrations.run(database.admin_url, practice=True)
    migrations.run(database.admin_url)
    register_office(database)
    migrations.run(database.admin_url, practice=True)
    startup.check_kind(database.desk, True)


def test_the_programs_end_with_the_sentence(
    database: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sunseal web` with a practice's settings and, by mistake, the real database."""
    settings = practice_settings(database, tmp_path)
    with database.admin() as admin:
        admin.execute(migrations.MARK.replace("true", "false"))
    given = {
        "SUNSEAL_PRACTICE": "1",
        "SUNSEAL_ORIGIN": ORIGIN,
        "DATABASE_URL_DESK": settings.desk_url,
        "DATABASE_URL_BOX": settings.box_url,
        "DATABASE_URL_WORK": settings.work_url,
        "REDIS_URL": settings.redis_url,
        "STORAGE_URL": settings.storage_url,
        "SUNSEAL_KEYS": str(settings.keys),
        "SUNSEAL_ROSTER": str(settings.roster),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cli.uvicorn, "run", lambda *_, **__: pytest.fail("it served"))
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("it worked"))
    for command in ("web", "worker"):
        done = CliRunner().invoke(cli.app, [command])
        assert done.exit_code == 1, done.output
        assert "holds real tenders" in done.output


def test_a_practice_does_not_sign_under_the_real_roster(
    database: TestDatabase, tmp_path: Path
) -> None:
    settings = practice_settings(database, tmp_path)
    startup.check_roster(settings)
    real = tmp_path / "real.json"
    real.write_bytes(roster_of(REAL, tmp_path / "other", guards(3), guards(1, first=4)))
    with pytest.raises(OtherRoster, match=r"tender\.example\.cn"):
        startup.check_roster(replace(settings, roster=real))


def test_a_folder_that_no_practice_made_is_not_emptied(servers_root: Path) -> None:
    servers_root.mkdir()
    kept = servers_root / "log.key"
    kept.write_text("the real one")
    with pytest.raises(NotOurs, match="is not empty"):
        serve.make(servers_root, "127.0.0.1", 8100, ORIGIN, 300.0, 1)
    assert kept.read_text() == "the real one"


def test_a_start_removes_what_was_practised_before(tmp_path: Path) -> None:
    state = tmp_path / "state"
    serve.empty(state)
    folders.make_passage(state / "installation")
    (state / "installation" / "accounts.json").write_text("[]")
    (state / "postgres.out").write_text("")
    serve.empty(state)
    assert sorted(each.name for each in state.iterdir()) == ["lock", "practice"]


def test_one_that_runs_is_not_emptied_by_another(tmp_path: Path) -> None:
    state = tmp_path / "state"
    serve.empty(state)
    (state / "installation").mkdir()
    running = Lock(state / "lock")
    assert running.take()
    with pytest.raises(InUse):
        serve.empty(state)
    running.let_go()
    assert (state / "installation").exists()


def test_the_command_takes_no_real_name(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="would be taken for a real name"):
        serve.practise(tmp_path / "state", "127.0.0.1", 8100, REAL, 300.0, 1)
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(("origin", "marked"), [(ORIGIN, True), (REAL, False)])
def test_a_paper_says_that_it_was_practised(origin: str, marked: bool) -> None:
    document = paper.write("合格证明", [], [], title="甲", author="乙", origin=origin)
    words = re.sub(rb"\\(\d{3})", lambda found: bytes([int(found[1], 8)]), document)
    # On the page, and in the name that a reader's window shows.
    assert words.count(MARK.encode("utf-16-be")) == 2 * marked
    assert "合格证明".encode("utf-16-be") in words


@pytest.mark.parametrize(("origin", "marked"), [(ORIGIN, True), (REAL, False)])
def test_a_letter_says_that_it_was_practised(
    letter_box: LetterBox, origin: str, marked: bool
) -> None:
    mailer = mail.SmtpMailer(f"smtp://127.0.0.1:{letter_box.port}", "desk@example.cn", origin)
    mailer.send(["han@example.cn"], "警报", "内容", "1")
    [letter] = [message_from_bytes(each, policy=policy.default) for each in letter_box.letters]
    for words in (str(letter["Subject"]), letter.get_content()):
        assert words.startswith(MARK) is marked


def renamed(data: bytes, origin: str) -> bytes:
    """The same institutions with the same keys, for a log of another name."""
    made = roster.parse(data)
    log = NoteSigner(origin, LOG.key)
    return canonical.encode(
        structs.replace(made, origin=origin, log=str(log.verifier), promise=str(log.verifier))
    )


@pytest.mark.parametrize("origin", [ORIGIN, REAL])
def test_what_was_practised_passes_under_no_other_roster(tmp_path: Path, origin: str) -> None:
    """Even one that names the same institutions, which a practice's never does."""
    bundle, file = tmp_path / "a.sunseal-bundle", tmp_path / "roster.json"
    bundle.write_bytes(story.told().bundle().file().getvalue())
    own, other = story.made().roster, renamed(story.made().roster, origin)
    for data, code in ((own, 0), (other, 1)):
        file.write_bytes(data)
        done = CliRunner().invoke(auditor, ["verify", str(bundle), "--roster", str(file)])
        assert done.exit_code == code, done.output
