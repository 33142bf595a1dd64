"""What anybody sees without an account."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from sunseal.web import assets
from tests.amendments.world import amended
from tests.support.database import maker
from tests.web.eyes import Eyes
from tests.web.site import Site, serving

LOOK = Callable[..., Eyes]
ALONE = pytest.mark.skipif(not assets.alone(), reason="not built: make assets")


@pytest.fixture(scope="module", autouse=True)
def furnished(site: Site) -> None:
    site.furnish()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "home"),
        ("/tenders", "tenders"),
        ("/tenders?q=%E6%B2%B3%E9%81%93", "tenders-none"),
        ("/why", "why"),
        ("/custodians", "custodians"),
        ("/log", "log"),
        ("/verify", "verify"),
        ("/blacklist", "blacklist"),
        ("/sign-in", "sign-in"),
        ("/register", "register"),
    ],
)
def test_public_pages(eyes: LOOK, path: str, name: str) -> None:
    eyes().look(path, name)


def test_a_notice(eyes: LOOK, site: Site) -> None:
    eyes().look(site.tender, "tender")


def test_a_notice_tells_how_its_timetable_moved(
    browser: Browser, embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with maker(embedded, template) as make:
        town = amended(make(), tmp_path_factory.mktemp("amended"))
        with serving(town.world) as site:
            town.postpone()
            town.acknowledge(town.confirmed(2), 1)
            Eyes(browser, site.url).look(site.tender, "tender-amended")
            with Eyes(browser, site.url).page() as page:
                page.goto(site.tender)
                moved = page.locator(".amendment")
                expect(moved).to_have_count(2)
                expect(moved.first).to_contain_text("已生效")
                expect(moved.last).to_contain_text("等待托管方确认")


def test_the_keyboard_alone_finds_a_notice_and_another_language(eyes: LOOK, site: Site) -> None:
    with eyes().page() as page:
        page.goto("/tenders")
        page.keyboard.press("Tab")
        expect(page.locator(".skip-link")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.type("东支河")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tenders?q=*")
        page.locator("tbody a").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{site.tender}")
        page.locator(".site-account a").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url.endswith(site.tender)


def test_a_page_that_is_not_there(eyes: LOOK) -> None:
    eyes().look("/nowhere", "problem-404", status=404)


@ALONE
def test_what_is_served_has_the_published_hash(site: Site) -> None:
    listed = httpx.get(f"{site.url}/alone/hashes.txt")
    assert listed.headers["content-type"].startswith("text/plain")
    split = [line.split("  ") for line in listed.text.splitlines()]
    lines = {name: digest for digest, name in split}
    assert lines.keys() == {"sunseal-seal.html", "sunseal-verify.html"}
    shown = re.sub("</?span>|<wbr>", "", httpx.get(f"{site.url}/verify").text)
    for name, digest in lines.items():
        answer = httpx.get(f"{site.url}/alone/{name}")
        assert hashlib.sha256(answer.content).hexdigest() == digest
        # Opened here it would run before anybody could compare it.
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert digest in shown


@ALONE
@pytest.mark.parametrize("name", ["manifest.json", "nothing.html", "..%2Fmanifest.json"])
def test_nothing_else_is_there(name: str, site: Site) -> None:
    assert httpx.get(f"{site.url}/alone/{name}").status_code == 404
