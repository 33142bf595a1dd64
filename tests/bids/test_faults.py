"""Dropped clients and killed servers, with real processes and a real socket."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sunseal.settings import Settings
from tests.bids.world import OFFSET_STREAM, Bidder, Box, b64, seal

SERVE = """
import sys, uvicorn
from sunseal.app import create_app
from sunseal.settings import Settings
uvicorn.run(create_app(Settings.from_environment()), uds=sys.argv[1], log_level="error")
"""


def environment(settings: Settings) -> dict[str, str]:
    return {
        "SUNSEAL_ORIGIN": settings.origin,
        "DATABASE_URL_DESK": settings.desk_url,
        "DATABASE_URL_BOX": settings.box_url,
        "DATABASE_URL_WORK": settings.work_url,
        "REDIS_URL": settings.redis_url,
        "STORAGE_URL": settings.storage_url,
        "SUNSEAL_KEYS": str(settings.keys),
        "SUNSEAL_ROSTER": str(settings.roster),
    }


@contextmanager
def server(box: Box, path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A web process of its own; the box's client talks to it meanwhile."""
    before = box.client
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(path)], env={**os.environ, **environment(box.settings)}
    )
    line = httpx.HTTPTransport(uds=str(path))
    try:
        wait_for(lambda: listens(path))
        with httpx.Client(transport=line, base_url="http://box", trust_env=False) as client:
            box.client = client  # type: ignore[assignment]
            yield process
    finally:
        box.client = before
        process.kill()
        process.wait()


def listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as knock:
        return knock.connect_ex(str(path)) == 0


def wait_for(condition: Any) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


@pytest.fixture
def line(bidder: Bidder, tmp_path: Path) -> Iterator[Path]:
    """The socket of a running server."""
    with server(bidder.box, tmp_path / "web"):
        yield tmp_path / "web"


def begin_patch(
    path: Path, bidder: Bidder, upload: str, data: bytes, size: int, checksum: str = ""
) -> socket.socket:
    """Announces `size` bytes, sends `data`, and leaves the line open."""
    headers = {
        "Host": "box",
        **bidder.headers,
        **OFFSET_STREAM,
        "Upload-Offset": "0",
        "Content-Length": str(size),
        **({"Upload-Checksum": checksum} if checksum else {}),
    }
    lines = [f"PATCH {upload} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + data)
    return connection


def offset(bidder: Bidder, upload: str) -> int:
    return int(bidder.head(upload).headers["upload-offset"])


def test_a_dropped_client_keeps_what_arrived(bidder: Bidder, line: Path) -> None:
    file = seal(bidder.envelope, 300_000)
    upload = bidder.committed(bidder.say(file))["upload"]
    begin_patch(line, bidder, upload, file.data[:100_000], len(file.data)).close()
    wait_for(lambda: offset(bidder, upload) == 100_000)

    with_checksum = bidder.committed(bidder.say(other := seal(bidder.envelope, 300_000)))["upload"]
    checksum = f"sha256 {b64(hashlib.sha256(other.data).digest())}"
    begin_patch(line, bidder, with_checksum, other.data[:100_000], 300_000, checksum).close()
    time.sleep(0.3)
    assert offset(bidder, with_checksum) == 0


def test_a_killed_server_loses_nothing_it_had_stored(box: Box, tmp_path: Path) -> None:
    bidder = box.joined()
    file = seal(bidder.envelope, 17 << 20)
    committed = bidder.committed(bidder.say(file))
    upload = committed["upload"]
    with server(box, tmp_path / "web") as first:
        sent = file.data[: 12 << 20]
        connection = begin_patch(tmp_path / "web", bidder, upload, sent, len(file.data))
        wait_for(lambda: offset(bidder, upload) > 8192)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        connection.close()
    # This process goes on where that one was.
    at = offset(bidder, upload)
    assert at == 8192 + (8 << 20)
    assert bidder.patch(upload, at, file.data[at:]).status_code == 204
    assert bidder.finalise(committed["id"]).status_code == 200
    with box.database.admin() as admin:
        admin.execute("update kit.outbox set due_at = kit.now()")
    box.run_due()
    assert bidder.look(committed["id"])["state"] == "accepted"
    named = box.rows(
        "select object from sealed.segment union all select header_object from sealed.submission"
    )
    assert box.objects() == {name.hex for (name,) in named}
