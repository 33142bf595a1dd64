"""The opening hall: the same for everybody before, live during, and nothing missed after a drop."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.database import maker
from tests.web.eyes import Eyes, inspect
from tests.web.site import Site, running

LOOK = Callable[..., Eyes]
NAMES = (
    "江城建工集团有限公司",
    "东支河水利工程有限公司",
    "华远建设股份有限公司",
    "中恒水务工程有限公司",
)
PRICES = ("12480000.00", "13950000.50", "11960000.00", "12480000.000")
SOON = 15_000
BOARD = "[data-reading] tbody tr"
WORDS = "rows => rows.map(row => row.innerText.replace(/\\s+/g, ' ').trim())"


@pytest.fixture(scope="module")
def site(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Five custodians, of whom three open; four bids are in the box, and nobody can tell."""
    with (
        maker(embedded, template) as make,
        running(make(), tmp_path_factory.mktemp("hall"), seats=5, threshold=3) as made,
    ):
        for name, price in zip(NAMES, PRICES, strict=True):
            firm = made.world.firm(name).joined()
            firm.submit(firm.seal(price))
        for guard in made.world.guards[:5]:
            made.world.rows(
                "insert into custody.presence (name, seen_at) values (%s, kit.now())", guard.name
            )
        yield made


def _alive(site: Site) -> None:
    site.world.rows("update custody.presence set seen_at = kit.now()")


def _board(page: Page) -> list[str]:
    found: list[str] = page.locator(BOARD).evaluate_all(WORDS)
    return found


def test_from_the_clock_to_the_record(browser: Browser, site: Site) -> None:
    """One story, because an opening happens once."""
    world, path = site.world, f"{site.tender}/hall"
    eyes = Eyes(browser, site.url)
    eyes.look(path, "hall-before")
    with eyes.page() as page:
        page.goto(path)
        expect(page.locator("[data-live=on]")).to_be_visible(timeout=SOON)
        expect(page.locator(".is-alive")).to_have_count(5, timeout=SOON)
        world.close()
        world.ask()
        _alive(site)
        expect(page.locator("[data-of=asked]")).to_be_visible(timeout=SOON)
        world.answer(1, 2)
        world.advance()
        expect(page.locator(".has-answered")).to_have_count(2, timeout=SOON)
        expect(page.locator("[data-answered]")).to_have_text("2")
        inspect(page, "hall-asked-zh-1280")

        # The viewer loses the connection, and the bids are opened meanwhile.
        site.server.stop()
        expect(page.locator("[data-live=off]")).to_be_visible(timeout=SOON)
        world.answer(4)
        world.advance()
        site.server.start()
        expect(page.locator(BOARD)).to_have_count(len(NAMES), timeout=SOON)
        expect(page.locator("[data-of=record]")).to_be_visible(timeout=SOON)
        live = _board(page)
        page.reload()
        assert _board(page) == live
    assert sum("超过最高限价" in row for row in live) == 1
    assert sum("报价相同" in row for row in live) == 2
    assert sum("¥13,950,000.50" in row for row in live) == 1
    eyes.errors.clear()  # the browser says so when a connection is lost

    eyes.look(path, "hall-after")
    eyes.look(f"{path}/screen", "hall-screen")
    eyes.look(f"{site.tender}/opening", "results")
    eyes.look(site.tender, "tender-opened")


def test_the_hall_can_be_read_without_scripts(browser: Browser, site: Site) -> None:
    with Eyes(browser, site.url).page(scripts=False) as page:
        page.goto(f"{site.tender}/hall")
        expect(page.locator("[data-live=none]")).to_be_visible()


def test_the_sheet_to_sign_in_on_names_nobody(eyes: LOOK, site: Site) -> None:
    eyes().look(f"{site.tender}/sign-in-sheet", "sheet")
    with eyes().page() as page:
        page.goto(f"{site.tender}/sign-in-sheet")
        assert not any(name in page.content() for name in NAMES)


def test_results_before_the_opening_are_refused_in_plain_words(
    browser: Browser, embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (
        maker(embedded, template) as make,
        running(make(), tmp_path_factory.mktemp("early")) as early,
    ):
        Eyes(browser, early.url).look(f"{early.tender}/opening", "results-early", status=409)
