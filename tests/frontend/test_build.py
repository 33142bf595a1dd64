"""The pages are built to the same bytes wherever that is, by packages that are pinned."""

import base64
import hashlib
import importlib.util
import json
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.frontend.library import NOT_INSTALLED, ROOT

FRONTEND = ROOT / "platform/frontend"
STATIC = "platform/sunseal/web/static"
_SPEC = importlib.util.spec_from_file_location("standalone", FRONTEND / "standalone.py")
assert _SPEC
assert _SPEC.loader
standalone = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(standalone)


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
    static = root / STATIC
    held = [path for path in static.rglob("*") if path.is_file()]
    return {path.relative_to(static).as_posix(): path.read_bytes() for path in held}


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


@pytest.mark.parametrize("name", standalone.PAGES.values())
def test_a_page_that_stands_alone_is_one_file(name: str) -> None:
    """Whoever compares its hash has compared all that it will ever run."""
    build(ROOT)
    held = files(ROOT)
    listed = held[f"alone/{standalone.HASHES}"].decode()
    html = held[f"alone/{name}"]
    assert f"{hashlib.sha256(html).hexdigest()}  {name}\n" in listed
    found = Elements()
    found.feed(html.decode())
    assert found.fetched == []
    [policy] = found.policies
    for element in ("script", "style"):
        [inside] = found.inside[element]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert "connect-src 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy


class Elements(HTMLParser):
    """What a page holds inside itself, and what it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.policies: list[str] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._within = tag
        self.fetched += [f"{tag} {name}" for name in told if name in ("src", "href", "style")]
        if told.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(told["content"] or "")

    def handle_data(self, data: str) -> None:
        if self._within in self.inside:
            self.inside[self._within].append(data)

    def handle_endtag(self, tag: str) -> None:
        self._within = ""
