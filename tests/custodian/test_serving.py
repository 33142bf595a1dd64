"""A custodian gives out the page of a published hash, and refuses every other."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from sunseal_crypto.errors import Unverified
from sunseal_parties.custodian import serving
from sunseal_parties.custodian.cli import app

PAGE = "<!doctype html><title>封标</title>".encode()
SHA256 = hashlib.sha256(PAGE).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sunseal-seal.html"
    path.write_bytes(PAGE)
    return path


@contextmanager
def served(page: bytes) -> Iterator[str]:
    with serving.server(page, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_page_is_served_as_it_was_compared(file: Path) -> None:
    """Also when somebody exchanges the file afterwards."""
    page = serving.checked(file, SHA256.upper())
    file.write_bytes(b"another")
    with served(page) as url:
        answer = httpx.get(f"{url}/any/path")
        assert answer.content == PAGE
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
        assert httpx.head(url).headers["content-length"] == str(len(PAGE))
        assert httpx.post(url).status_code == 501


@pytest.mark.parametrize(
    "data",
    [PAGE + b" ", PAGE[:-1], b""],
    ids=["a byte more", "a byte less", "nothing"],
)
def test_another_page_is_refused(data: bytes, file: Path) -> None:
    file.write_bytes(data)
    with pytest.raises(Unverified, match="not the one given"):
        serving.checked(file, SHA256)


def test_the_command_refuses_it_too(file: Path) -> None:
    done = CliRunner().invoke(app, ["serve-page", str(file), "--sha256", "0" * 64])
    assert isinstance(done.exception, Unverified)
