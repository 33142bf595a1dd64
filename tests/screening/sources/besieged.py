"""A source of each kind, on its own list, and what can be done to it on this machine."""

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol

from sunseal.screening.sources.connectors import Connector
from sunseal.screening.sources.entries import COLUMNS
from sunseal.screening.sources.http_registry import HttpRegistry
from sunseal.screening.sources.places import FilePlace, WebPlace
from sunseal.screening.sources.published import Published
from tests.screening.sources.registry import Registry, access, record, serving
from tests.screening.sources.test_files import workbook

OLD = timedelta(days=90)
TIMEOUT = 1.0
ROWS = [
    {**dict.fromkeys(COLUMNS, ""), **record(number), "subject": "company"} for number in range(6)
]
CELLS = [list(COLUMNS), *([row[column] for column in COLUMNS] for row in ROWS)]
CSV = "\n".join(",".join(line) for line in CELLS).encode()
JSONL = b"\n".join(json.dumps({k: v for k, v in row.items() if v}).encode() for row in ROWS)
FTM = b"\n".join(
    json.dumps(
        {"id": f"Q{number}", "schema": "Company", "properties": {"name": [row["name"]]}}
    ).encode()
    for number, row in enumerate(ROWS)
)
SDN = b"\n".join(
    f'{number},"NOBODY {number}",-0- ,"X"{",-0- " * 8}'.encode() for number in range(6)
)
ALT = b'1,1,"aka","ANYBODY",-0- '


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the servers of this test have no other clock


class Source(Protocol):
    @property
    def connector(self) -> Connector: ...

    def well(self) -> None: ...

    def suffer(self, fault: str) -> None: ...


@dataclass
class OfRegistry:
    """`sleep` costs nothing, so that trying again does not either."""

    registry: Registry
    connector: HttpRegistry
    moods = {  # noqa: RUF012
        "killed": "cut",
        "slow": "slow",
        "empty": "empty",
        "truncated": "truncated",
        "corrupt": "corrupt",
        "expired": "well",
    }

    def well(self) -> None:
        self.registry.mood, self.registry.published_at = "well", now()

    def suffer(self, fault: str) -> None:
        self.registry.mood = self.moods[fault]
        if fault == "expired":
            self.registry.published_at = now() - OLD


@dataclass
class OfFiles:
    """Files that somebody puts here with the digest beside each."""

    folder: Path
    form: str
    contents: dict[str, bytes]
    source: str = ""

    @property
    def connector(self) -> Published:
        places = [FilePlace(self.folder / name) for name in self.contents]
        return Published(self.source, self.form, places, digests=True)

    def well(self) -> None:
        self.folder.mkdir(exist_ok=True)
        for name, data in self.contents.items():
            self._put(name, data)

    def suffer(self, fault: str) -> None:
        name, data = next(iter(self.contents.items()))
        path = self.folder / name
        match fault:
            case "killed":
                path.unlink()
            case "slow":
                path.unlink()
                os.mkfifo(path)  # it never ends, and nobody writes
            case "empty":
                self._put(name, b"")
            case "truncated":
                # At the end of a row, where only the digest tells.
                cut = data.rfind(b"\n", 0, len(data) - 1) + 1 or len(data) // 2
                path.write_bytes(data[:cut])
            case "corrupt":
                path.write_bytes(data[:40] + b"\xff\x00" + data[42:])
            case "expired":
                then = (now() - OLD).timestamp()
                os.utime(path, (then, then))

    def _put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        (self.folder / f"{name}.sha256").write_text(f"{digest}  {name}\n")


@dataclass
class Download:
    """What a web server answers, and everything that anybody ever asked it."""

    fault: str = ""
    asked: list[str] = field(default_factory=list)
    url: str = ""
    source: str = ""

    @property
    def connector(self) -> Published:
        return Published(self.source, "csv", [WebPlace(self.url, TIMEOUT, 5.0)])

    def well(self) -> None:
        self.fault = ""

    def suffer(self, fault: str) -> None:
        self.fault = fault


class _Handler(BaseHTTPRequestHandler):
    download: Download

    def do_GET(self) -> None:
        download = self.download
        download.asked.append(f"{self.requestline}\n{self.headers}")
        fault = download.fault
        if fault == "killed":
            self.connection.close()
            return
        if fault == "slow":
            time.sleep(2 * TIMEOUT)
        body = {"empty": b"", "corrupt": CSV[:40] + b"\xff" + CSV[41:]}.get(fault, CSV)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        age = OLD if fault == "expired" else timedelta(0)
        self.send_header("Last-Modified", format_datetime(now() - age, usegmt=True))
        self.end_headers()
        self.wfile.write(body[:-30] if fault == "truncated" else body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up is one of the tests."""


@contextmanager
def downloads() -> Iterator[Download]:
    made = Download()
    with _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"download": made})) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        made.url = f"http://127.0.0.1:{server.server_port}/list.csv"
        yield made
        server.shutdown()


@contextmanager
def of_registry(papers: Path, source: str) -> Iterator[OfRegistry]:
    with serving(Registry(ROWS, now()), papers) as registry:
        reached = access(registry, papers, timeout=TIMEOUT)
        yield OfRegistry(registry, HttpRegistry(source, reached, lambda _: None))


def _files(name: str, form: str, contents: dict[str, bytes]) -> Callable[[Path], OfFiles]:
    return lambda folder: OfFiles(folder / name, form, contents)


FILES: dict[str, Callable[[Path], OfFiles]] = {
    "csv file": _files("csv", "csv", {"list.csv": CSV}),
    "workbook": _files("xlsx", "xlsx", {"list.xlsx": workbook(CELLS)}),
    "json lines": _files("jsonl", "jsonl", {"list.jsonl": JSONL}),
    "entities": _files("ftm", "ftm", {"entities.json": FTM}),
    "sdn and aliases": _files("ofac", "ofac", {"sdn.csv": SDN, "alt.csv": ALT}),
}
