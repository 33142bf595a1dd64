"""Sealing in Chromium, by the page's own worker, beside the npm library alone on the same file.

The library's figure is that of age-encryption reading the same file and throwing its output away;
ours also measures every document first, hashes what comes out, and has it on the disk.
"""

import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from sunseal.web import assets
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.spelling import base64_text
from tests.bench.row import NotMeasured, Row
from tests.bench.sealing import _write_noise
from tests.bidder.world import World
from tests.frontend import library
from tests.support.memory import BrowserMemory
from tests.web.conftest import ARGUMENTS, CHROMIUM

SIZES = (256, 1024)
PATIENCE_MS = 600_000
ORGANIZATION = "00000000-0000-4000-8000-000000000007"
PAGE = '<input type="file" id="file"><script type="module" src="drive.js"></script>'


def measure(sizes: tuple[int, ...] = SIZES) -> Iterator[Row]:
    if CHROMIUM is None or not assets.built().names:
        raise NotMeasured("Chromium and `make assets` are needed")
    with tempfile.TemporaryDirectory(dir="build") as folder, opened(Path(folder)) as page:
        for mebibytes in sizes:
            plain = Path(folder) / "plain"
            _write_noise(plain, mebibytes)
            page.set_input_files("#file", plain)
            alone, _ = run(page, "library", Path(folder))
            ours, memory = run(page, "seal", Path(folder))
            name = f"browser_seal_{mebibytes}mib"
            theirs = mebibytes / alone
            yield Row.beside(name, mebibytes / ours, "MiB/s", "age-encryption alone", theirs)
            yield Row.beside(f"{name}_memory", memory, "MiB", "200 MiB allowed", 200)


@contextmanager
def opened(folder: Path) -> Iterator[Page]:
    """A page of the built worker, served from `folder`, in a browser with a profile on the disk."""
    (folder / "index.html").write_text(PAGE)
    drive = Path(__file__).with_name("browser_drive.ts")
    command = ["sh", "requirements/assets", "bundle", str(drive), str(folder / "drive.js")]
    subprocess.run(command, cwd=library.ROOT, check=True)
    alone = drive.with_name("browser_library.ts")
    subprocess.run(
        [*command[:3], str(alone), str(folder / "library.js")], cwd=library.ROOT, check=True
    )
    worker = assets.STATIC / assets.built().names["seal-worker.js"]
    shutil.copy(worker, folder / "seal-worker.js")
    with serving(folder) as url, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder / "profile", executable_path=CHROMIUM, args=list(ARGUMENTS)
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
        page.wait_for_function("window.seal !== undefined")
        page.evaluate("facts => window.prepare(facts)", facts())
        yield page
        context.close()


def facts() -> dict[str, str]:
    world = World()
    return {
        "certificate": base64_text(world.certificate),
        "roster": base64_text(world.roster),
        "organization": ORGANIZATION,
        "recovery": str(X25519Identity.generate().recipient()),
    }


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    handler = partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


def run(page: Page, what: str, folder: Path) -> tuple[float, int]:
    """Seconds, and the peak of the page's own process in MiB."""
    with BrowserMemory(folder / "profile").watched() as memory:
        began = time.perf_counter()
        page.evaluate(f"() => window.{what}()")
        seconds = time.perf_counter() - began
    return seconds, memory.page
