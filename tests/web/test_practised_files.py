"""Files of a practice instance, on the pages that stand alone: they say so by what is in them."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sunseal.web import assets
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.signing import SigningKey
from tests.bidder.world import ORIGIN, World
from tests.frontend.good import ORGANIZATION
from tests.web.eyes import HEIGHT, inspect

ALONE = assets.STATIC / "alone"
PRACTICE = "practice.example/1"


def world_of(origin: str) -> World:
    return World(origin=origin, log=NoteSigner(origin, SigningKey.generate()))


@pytest.fixture(scope="module")
def real() -> World:
    return world_of(ORIGIN)


@pytest.fixture(scope="module")
def practised() -> World:
    return world_of(PRACTICE)


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[[str], Page]]:
    context = browser.new_context(offline=True, locale="zh-CN", reduced_motion="reduce")

    def open_(name: str) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": 390, "height": HEIGHT})
        page.goto((ALONE / name).as_uri())
        return page

    yield open_
    context.close()


def kit_of(world: World) -> bytes:
    """As the page on the platform makes it."""
    said = {
        "version": "sunseal/sealing-kit/v1",
        "organization": ORGANIZATION,
        "tender": str(world.tender),
        "envelope": "1",
        "notice": base64.b64encode(world.notice).decode(),
        "certificate": base64.b64encode(world.certificate).decode(),
        "receipt": world.certificate_receipt(),
        "practitioners": [],
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def is_marked(page: Page, practice: bool) -> None:
    banner = page.locator("#practice")
    if practice:
        expect(banner).to_contain_text("练习 · 不具法律效力")
    expect(banner).to_be_visible(visible=practice)
    assert page.title().startswith("练习") is practice


def test_the_verifier_says_so(
    opened: Callable[[str], Page], real: World, practised: World, tmp_path: Path
) -> None:
    page = opened("sunseal-verify.html")
    is_marked(page, practice=False)
    for world in (practised, real):
        # Another name, because the browser tells of no change when the same file is chosen again.
        roster = tmp_path / f"{world.tender}.json"
        roster.write_bytes(world.roster)
        page.set_input_files("#roster", roster)
        expect(page.locator("#roster-found")).to_contain_text(roster.name)
        is_marked(page, practice=world is practised)


def test_the_page_that_seals_says_so(
    opened: Callable[[str], Page], real: World, practised: World, tmp_path: Path
) -> None:
    page = opened("sunseal-seal.html")
    is_marked(page, practice=False)
    kit, roster = tmp_path / "kit.json", tmp_path / "roster.json"
    for world in (practised, real):
        kit.write_bytes(kit_of(world))
        roster.write_bytes(world.roster)
        page.set_input_files("#kit", kit)
        page.set_input_files("#roster", roster)
        page.click("[data-do=trust]")
        expect(page.locator("body")).to_have_attribute("data-at", "keys")
        is_marked(page, practice=world is practised)
        if world is practised:
            inspect(page, "seal-alone-practised-zh-390")
