"""What the README tells people to type is right: targets, programs, options; the cheap runs."""

import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from sunseal_crypto import roster

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
PAGES = (*READMES, "docs/operations.md")
PROGRAMS = {
    "sunseal": "sunseal.cli",
    "sunseal-bid": "sunseal_parties.bidder.cli",
    "sunseal-custodian": "sunseal_parties.custodian.cli",
    "sunseal-audit": "sunseal_parties.auditor.cli",
}
FENCED = re.compile(r"^```sh( run)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(page: str, *, run: bool = False) -> list[str]:
    """The page's shell examples; with `run`, those that are executed as they stand."""
    found = FENCED.findall((ROOT / page).read_text("utf-8"))
    return [text for mark, text in found if mark or not run]


def commands(page: str) -> list[list[str]]:
    lines = "".join(examples(page)).replace("\\\n", " ").splitlines()
    split = [shlex.split(line, comments=True) for line in lines]
    return [words for words in split if words]


@pytest.mark.parametrize("page", READMES)
def test_the_two_commands_come_first(page: str) -> None:
    assert [command[:2] for command in commands(page)[:2]] == [["make", "demo"], ["make", "test"]]


def test_both_languages_tell_to_type_the_same() -> None:
    first, second = (commands(page) for page in READMES)
    assert first == second


@pytest.mark.parametrize("page", PAGES)
def test_a_shell_reads_every_example(page: str) -> None:
    for example in examples(page):
        read = subprocess.run(["sh", "-n"], input=example, text=True, capture_output=True)
        assert read.returncode == 0, read.stderr + example


@pytest.mark.parametrize("page", PAGES)
def test_every_target_is_one_of_the_makefile(page: str) -> None:
    written = re.findall(r"`make ([a-z-]+)`", (ROOT / page).read_text("utf-8"))
    for target in {*written, *(words[1] for words in commands(page) if words[0] == "make")}:
        dry = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
        assert dry.returncode == 0, dry.stderr


@pytest.mark.parametrize("page", READMES)
def test_every_target_of_the_makefile_is_told(page: str) -> None:
    told = (ROOT / page).read_text("utf-8")
    shown = re.findall(r"^\t@echo 'make (\w+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert len(shown) > 5
    assert [target for target in shown if f"`make {target}`" not in told] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_program_knows_its_command_and_options(page: str) -> None:
    for program, *rest in (words for words in commands(page) if words[0] in PROGRAMS):
        root = get_command(import_module(PROGRAMS[program]).app)
        command, name = root, program
        while isinstance(command, TyperGroup):
            name = rest.pop(0)
            command = command.commands[name]
        parameters = [*command.params, *root.params]
        known = {option for each in parameters for option in (*each.opts, *each.secondary_opts)}
        used = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert used <= known, f"{program} {name}: {used - known}"
        needed = {each.opts[0] for each in command.params if each.required}
        named = {option for option in needed if option.startswith("--")}
        assert named <= used, f"{program} {name} needs {named - used}"


# What the Chinese page tells to type is the same, as another test asserts.
@pytest.mark.parametrize("page", [page for page in PAGES if page != "README.zh-CN.md"])
def test_what_can_be_run_here_is_run(page: str, tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for example in examples(page, run=True):
        done = subprocess.run(
            ["sh", "-eu"],
            input=example,
            cwd=tmp_path,
            env={"PATH": path, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        made = roster.parse((tmp_path / "roster.json").read_bytes())
        assert len(made.custodians) == 3
        roster.check_threshold(made, 2)
