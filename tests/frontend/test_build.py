"""The pages are built to the same bytes wherever that is, by packages that are pinned."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.frontend.library import NOT_INSTALLED, ROOT

FRONTEND = ROOT / "platform/frontend"
STATIC = "platform/sunseal/web/static"


def build(root: Path) -> str:
    """The hash that is printed and published."""
    command = ["sh", str(ROOT / "requirements/setup"), "assets"]
    venv = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if venv.returncode:
        pytest.skip(f"node cannot be installed here: {venv.stderr[-200:]}")
    python = ROOT / venv.stdout.strip() / "bin/python"
    script = root / "platform/frontend/build.py"
    done = subprocess.run([python, script], capture_output=True, text=True)
    if done.returncode == NOT_INSTALLED:
        pytest.skip(done.stderr[-200:])
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def files(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / STATIC).iterdir()}


def test_another_place_builds_the_same_bytes(tmp_path: Path) -> None:
    here = build(ROOT)
    other = tmp_path / "另一处 checkout"
    shutil.copytree(FRONTEND, other / "platform/frontend", symlinks=True)
    assert build(other) == here
    assert files(other) == files(ROOT)


def test_the_published_hash_covers_every_file() -> None:
    published = build(ROOT)
    held = files(ROOT)
    sums = held["SHA256SUMS"]
    assert hashlib.sha256(sums).hexdigest() == published
    lines = [line.split("  ") for line in sums.decode().splitlines()]
    listed = {name: digest for digest, name in lines}
    served = {name: data for name, data in held.items() if not name.startswith(".")}
    del served["SHA256SUMS"]
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in served.items()}
    named = json.loads(held["manifest.json"])
    assert set(named.values()) <= served.keys()


def test_a_script_loads_no_other() -> None:
    """Whoever compares the sealing page's script by its hash compares all that it runs."""
    build(ROOT)
    scripts = [data.decode() for name, data in files(ROOT).items() if name.endswith(".js")]
    assert scripts
    for script in scripts:
        assert "import(" not in script
        assert 'from"./' not in script
