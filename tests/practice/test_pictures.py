"""What a practice looks like: in both languages, on a desk and on a phone, for axe-core too."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.opening.world import make_world
from tests.practice.house import practice_settings, register_office
from tests.support.database import maker
from tests.web.eyes import Eyes, inspect
from tests.web.site import Server, Site, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a practice instance with room for two practices, and without custodians."""
    with maker(embedded, template) as make:
        database = make()
        settings = practice_settings(database, tmp_path_factory.mktemp("pictures"), practices=2)
        register_office(database)
        server = Server(settings)
        yield f"http://localhost:{server.port}"
        server.stop()


@pytest.fixture(scope="module")
def site(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A tender that takes bids, on a practice instance."""
    with maker(embedded, template) as make:
        world = make_world(make(), tmp_path_factory.mktemp("site"))
        world.settings = replace(world.settings, practice=True)
        with serving(world) as made:
            yield made


def test_the_way_in(office: str, browser: Browser) -> None:
    eyes = Eyes(browser, office)
    eyes.look("/", "practice-home")
    eyes.look("/practice", "practice-begin")
    eyes.look("/sign-in", "practice-no-sign-in", status=409)
    with eyes.page("en") as page:
        page.goto("/practice")
        page.get_by_role("button", name="Begin a practice").click()
        expect(page.locator(".practice-step")).to_contain_text("Practice 1/6")
        page.wait_for_timeout(2500)  # the page asks by itself, and nothing complains
        eyes.look_at(page, "practice-waiting")
        page.goto("/practice")
        page.get_by_role("button", name="Show the token").click()
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            inspect(page, f"practice-token-en-{width}")
        page.goto("/practice")
        page.get_by_role("button", name="Begin a practice").click()
        page.goto("/practice")
        page.get_by_role("button", name="Begin a practice").click()
        expect(page.locator("main")).to_contain_text(re.compile("2 practices are running"))
        inspect(page, "practice-full-en-390")
    eyes.no_errors(503)


def test_the_guide_on_the_pages_of_a_tender(site: Site, browser: Browser) -> None:
    eyes = Eyes(browser, site.url)
    eyes.look(site.tender, "practice-tender")
    eyes.look(f"{site.tender}/hall", "practice-hall")
    eyes.look(f"{site.tender}/hall/screen", "practice-screen")
    firm = Eyes(browser, site.url, site.firm_session(site.world.firm()), "bidder")
    firm.look(f"{site.tender}/bid", "practice-bid", before=_ready)


def _ready(page: Page) -> None:
    expect(page.locator("#seal")).to_have_attribute("aria-busy", "false", timeout=60_000)
