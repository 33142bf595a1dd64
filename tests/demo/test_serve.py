"""`make serve`: it comes up, keeps what was there, and stays away from other databases."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.servers import scratch_folder

URL = re.compile(r"Serving at (http://127\.0\.0\.1:\d+)")
UP_WITHIN = 180.0

pytestmark = pytest.mark.timeout(600)


@contextmanager
def serving(state: Path) -> Iterator[tuple[str, float]]:
    """The address it prints, and after how many seconds; Ctrl-C at the end."""
    command = [sys.executable, "-m", "sunseal.serve", "--state", str(state)]
    began = time.monotonic()
    output = state.with_suffix(".out")
    with output.open("w+") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
        try:
            yield _address(process, output, began)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0, output.read_text()
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)


def _address(process: "subprocess.Popen[bytes]", output: Path, began: float) -> tuple[str, float]:
    while time.monotonic() - began < UP_WITHIN:
        if found := URL.search(output.read_text()):
            return found[1], time.monotonic() - began
        assert process.poll() is None, output.read_text()
        time.sleep(0.1)
    raise AssertionError(output.read_text())


@pytest.mark.slow
def test_a_second_start_finds_everything_again(
    record_property: Callable[[str, object], None],
) -> None:
    with scratch_folder() as folder:
        state = folder / "state"
        with serving(state) as (url, _):
            assert httpx.get(f"{url}/health").json() == {"status": "ok"}
            kept = (state / "installation" / "accounts.json").read_text()
            size = _grown_from(url, 0)
        with serving(state) as (url, seconds):
            record_property("second_start_seconds", round(seconds, 1))
            assert (state / "installation" / "accounts.json").read_text() == kept
            assert _grown_from(url, size) > size
            account = next(a for a in json.loads(kept) if a["key"] == "clerk")
            form = {"email": account["email"], "password": account["password"]}
            answer = httpx.post(f"{url}/api/v1/sessions", json=form, timeout=30)
            assert answer.status_code == 201


def _grown_from(url: str, size: int) -> int:
    """The log's size as soon as it is more than `size`."""
    end = time.monotonic() + UP_WITHIN
    while time.monotonic() < end:
        answer = httpx.get(f"{url}/api/v1/log/checkpoint", timeout=30)
        if answer.is_success and int(answer.text.splitlines()[1]) > size:
            return int(answer.text.splitlines()[1])
        time.sleep(0.2)
    raise AssertionError(f"the log stays at {size}")


@pytest.mark.parametrize(
    "name",
    [
        "DATABASE_URL",
        pytest.param("DATABASE_URL_DESK", marks=pytest.mark.slow),
        pytest.param("DATABASE_URL_ADMIN", marks=pytest.mark.slow),
    ],
)
def test_another_database_is_refused_in_one_sentence(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sunseal.serve"],
        env={**os.environ, name: "postgresql://elsewhere.example/sunseal"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} is set")
    assert "elsewhere.example" not in done.stdout + done.stderr
