"""The program: its exit codes, what it prints, and what programs read."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sunseal_parties.auditor.cli import app
from sunseal_parties.auditor.verify import CHECKS
from tests.auditor import story
from tests.auditor.story import Parts


@cache
def honest() -> Parts:
    return story.told().bundle()


def spoilt() -> Parts:
    return story.spoil(honest(), entries=honest().entries[1:])


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.json"
    path.write_bytes(story.made().roster)
    return path


def run(folder: Path, roster: Path, data: bytes, *options: str) -> Result:
    bundle = folder / "a.sunseal-bundle"
    bundle.write_bytes(data)
    return CliRunner().invoke(app, ["verify", str(bundle), "--roster", str(roster), *options])


def test_all_holds(tmp_path: Path, roster: Path) -> None:
    done = run(tmp_path, roster, honest().file().getvalue())
    assert done.exit_code == 0
    assert f"Tender {story.TENDER}" in done.stdout
    assert "Everything holds." in done.stdout
    assert done.stdout.count("✓") == len(CHECKS)
    assert "✗" not in done.stdout


def test_a_fault_is_named_and_ends_in_1(tmp_path: Path, roster: Path) -> None:
    lost = honest().entries[0]
    done = run(tmp_path, roster, spoilt().file().getvalue())
    assert done.exit_code == 1
    assert f"in tick {lost.tick} slot {lost.slot}: it is not revealed" in done.stdout
    assert "✗  3 Entries" in done.stdout


def test_json(tmp_path: Path, roster: Path) -> None:
    done = run(tmp_path, roster, spoilt().file().getvalue(), "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["holds"], told["tender"]) == (1, False, story.TENDER)
    assert {fault["check"] for fault in told["faults"]} == {3, 10}
    assert len(told["checks"]) == len(CHECKS)


def test_what_cannot_be_read_ends_in_2(tmp_path: Path, roster: Path) -> None:
    for data in (b"", b"not a bundle", honest().file().getvalue()[:-9]):
        done = run(tmp_path, roster, data)
        assert done.exit_code == 2
        assert "Nothing was checked: " in done.stderr


def test_a_roster_that_is_none_ends_in_2(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(b"{}")
    done = run(tmp_path, other, honest().file().getvalue())
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_missing_file_ends_in_2(tmp_path: Path, roster: Path) -> None:
    command = ["verify", str(tmp_path / "none"), "--roster", str(roster)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "No such file" in " ".join(done.stderr.split())  # a long path wraps its line


def test_the_installed_program(tmp_path: Path, roster: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.write_bytes(honest().file().getvalue())
    program = Path(sys.executable).with_name("sunseal-audit")
    command = [str(program), "verify", str(bundle), "--roster", str(roster)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Everything holds." in done.stdout
