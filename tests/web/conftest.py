"""A browser for all tests here, and the service it looks at."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from sunseal.web import assets
from tests.support.database import maker
from tests.web.eyes import Eyes
from tests.web.site import Site, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# As root, which a build machine often is, Chromium cannot use its sandbox.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--font-render-hinting=none",
)
# What is expected of a page comes at once; only a machine that is busy elsewhere takes so long.
PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Started for each file: while it lives, no other test of the process can run a loop."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium here: apt-get install chromium fonts-noto-cjk")
    if not assets.built().names:
        pytest.skip("the pages' style sheets are not built: make assets")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all tests of a module."""
    with (
        maker(embedded, template) as make,
        running(make(), tmp_path_factory.mktemp("site")) as made,
    ):
        yield made


@pytest.fixture
def eyes(browser: Browser, site: Site) -> Callable[..., Eyes]:
    """Makes a reader: `eyes()` is a visitor, `eyes(token, role)` has signed in."""

    def make(token: str = "", role: str = "") -> Eyes:
        return Eyes(browser, site.url, token, role)

    return make
