"""Rules of the folders that no tool would otherwise keep."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
check = runpy.run_path(str(ROOT / "requirements/check"))


@pytest.mark.parametrize("folder", ["platform", "tasks", "crypto", "docker"])
def test_a_source_root_is_no_package(folder: str) -> None:
    """As a package, `platform` would take the place of the standard library's module."""
    assert not (ROOT / folder / "__init__.py").exists()


def test_the_standard_librarys_platform_is_found_from_the_root() -> None:
    command = [sys.executable, "-c", "import platform; print(platform.system())"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() in {"Linux", "Darwin"}


def test_no_tests_folder_is_called_platform() -> None:
    assert not (ROOT / "tests/platform").exists()


def test_every_tests_folder_is_a_package() -> None:
    """Two test files of one name would otherwise be taken for one module."""
    folders = {file.parent for file in (ROOT / "tests").rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_there_are_the_locks_that_are_checked() -> None:
    assert {lock.stem for lock in LOCKS} == set(check["LOCKS"])


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_is_made_of_pins_and_hashes_alone(lock: Path) -> None:
    expected = check["inputs"].digest()
    assert list(check["faults"](lock.stem, lock.read_text(), expected)) == []


def test_the_packages_of_the_pages_are_locked_by_hash_and_name_no_place() -> None:
    """`resolved` would name the registry that the lock was made through; no address is needed."""
    assert "://" not in (ROOT / "platform/frontend/package-lock.json").read_text()
    lock = json.loads((ROOT / "platform/frontend/package-lock.json").read_text())
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    for name, facts in packages.items():
        assert facts["integrity"].startswith("sha512-"), name
        assert "resolved" not in facts, name
    named = json.loads((ROOT / "platform/frontend/package.json").read_text())
    for name, version in (named["dependencies"] | named["devDependencies"]).items():
        assert packages[f"node_modules/{name}"]["version"] == version


PIN = "age==1.0 \\\n    --hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"# inputs: d\n--index-url https://mirror.example/simple\n{PIN}\n", "neither"),
        (f"# inputs: d\n{PIN}\n# from mirror.example\n", "neither"),
        (f"# inputs: d\n-e .\n{PIN}\n", "neither"),
        ("# inputs: d\nage @ file:///wheels/age.whl\n", "neither"),
        ("# inputs: d\nage==1.0\n", "neither"),
        ("# inputs: d\nage==1.0 \\\n", "no hash"),
        (f"# inputs: e\n{PIN}\n", "not of this pyproject.toml"),
        ("", "not of this pyproject.toml"),
    ],
    ids=["index", "comment", "editable", "address", "no-hash", "hash-missing", "stale", "empty"],
)
def test_a_lock_is_refused(text: str, reason: str) -> None:
    assert any(reason in fault for fault in check["faults"]("run", text, "d"))


# Targets for other targets.
HELPERS = {"help", "setup-run", "setup-dev", "assets-if-possible"}


def make_targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("page", sorted(ROOT.glob("README*.md")), ids=lambda page: page.name)
def test_a_readme_names_targets_that_exist(page: Path) -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", page.read_text(encoding="utf-8")))
    assert named <= make_targets((ROOT / "Makefile").read_text())


def test_help_lists_what_there_is() -> None:
    makefile = (ROOT / "Makefile").read_text()
    shown = set(re.findall(r"'make ([a-z]+)", makefile))
    assert make_targets(makefile) - shown == HELPERS
    assert shown <= make_targets(makefile)


@pytest.mark.parametrize(
    "construct",
    [r"^\.ONESHELL", r"^[A-Z_]+ *!=", r"::=", r"\$\(file ", r"&:", r"\bflock\b", r"\btimeout\b"],
)
def test_the_makefile_is_for_gnu_make_3_81(construct: str) -> None:
    assert not re.search(construct, (ROOT / "Makefile").read_text(), re.MULTILINE)
