"""Every page works with the keyboard: all of it is reached, and each role does its work so."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from sunseal.web import navigation
from tests.web.eyes import Eyes
from tests.web.firm_at_work import PASSPHRASE, PRICE, Machine, at_work, log_certificate
from tests.web.keyboard import Keys, walk
from tests.web.looked import route_of
from tests.web.site import Site
from tests.web.test_work import WORK, Office, office  # noqa: F401 a fixture

LOOK = Callable[..., Eyes]
ROLES = ("", "bidder", "agent", "centre", "supervisor", "operator", "custodian")
# Enough of each kind of page; the same kind is walked once for each role.
LEAST = {"": 14, "bidder": 20}
LINKS = "links => links.map(link => link.getAttribute('href'))"


@pytest.fixture(scope="module")
def listed(site: Site) -> Site:
    site.furnish()
    log_certificate(site.world)
    return site


@pytest.fixture
def reader(listed: Site, eyes: LOOK) -> Callable[[str], Eyes]:
    def make(role: str) -> Eyes:
        if role == "bidder":
            return eyes(listed.firm_session(listed.world.firm()), role)
        return eyes(listed.staff(role, f"江湾区{role}") if role else "", role)

    return make


def _begins(role: str) -> list[str]:
    own = [link.path for link in navigation.of(role)]
    return own + [link.path for link in navigation.PUBLIC] + ["/", "/account", "/help", "/schema"]


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_tab_comes_to_everything_on_every_page(reader: Callable[[str], Eyes], role: str) -> None:
    """From the links at the top on, one page of each kind."""
    eyes = reader(role)
    waiting, walked, faults = _begins(role), set(), {}
    with eyes.page() as page:
        while waiting:
            path = waiting.pop(0)
            route = route_of(urlsplit(path).path)
            if route is None or route in walked:
                continue
            walked.add(route)
            answer = page.goto(path, wait_until="load")
            if answer is None or answer.status != 200:
                continue
            if page.locator("#seal").count():
                expect(page.locator("#seal")).to_have_attribute("aria-busy", "false")
            waiting += page.locator("main a[href^='/']").evaluate_all(LINKS)
            if found := walk(page):
                faults[path] = found
    assert faults == {}
    assert len(walked) >= LEAST.get(role, 16), sorted(walked)


@pytest.fixture
def machine(listed: Site, browser: Browser, tmp_path: Path) -> Iterator[Machine]:
    with at_work(listed, browser, tmp_path) as made:
        yield made
        assert made.heard == []


@pytest.mark.slow
def test_a_bid_is_sealed_and_handed_in_without_a_mouse(machine: Machine) -> None:
    page = machine.open()
    keys = Keys(page)
    machine.at(page, "roster")
    keys.choose("#roster", machine.site.world.settings.roster)
    keys.press("核对")
    machine.at(page, "key")
    keys.type("#passphrase", PASSPHRASE)
    keys.type("#passphrase-again", PASSPHRASE)
    machine.saved(page, lambda: keys.press("生成密钥并下载备份"))
    keys.press("备份已存好，登记公钥")
    machine.at(page, "join")
    keys.press("参加本项目")
    machine.at(page, "recovery")
    recovery = machine.saved(page, lambda: keys.press("生成并下载恢复文件"))
    keys.press("已存到安全的地方，继续")
    machine.at(page, "offer")
    keys.type("#price", PRICE)
    keys.choose("#documents", machine.document(1 << 20))
    keys.press("封标")
    machine.at(page, "rehearse")
    keys.choose("#recovery", recovery)
    keys.press("试开")
    machine.at(page, "submit")
    keys.press("递交")
    machine.at(page, "received")


def test_a_tender_is_drafted_without_a_mouse(browser: Browser, office: Office) -> None:  # noqa: F811
    with Eyes(browser, office.url, office.party, "tendering_party").page() as page:
        page.goto(WORK)
        keys = Keys(page)
        keys.press("新建招标项目", "link")
        page.wait_for_url(f"**{WORK}/new")
        keys.type("#reference", "K-1")
        keys.type("#title", "东支河综合整治工程施工")
        keys.type("#summary", "清淤 3.2 公里。")
        for field, days in (("deadline", 21), ("not_before", 22)):
            keys.type_time(f"#{field}", datetime.fromisoformat(office.time(days=days)))
        keys.reach(page.locator("#statutory"))
        page.keyboard.press("Space")
        keys.press("保存草稿")
        expect(page.get_by_text("草稿已保存")).to_be_visible()


def test_help_is_asked_for_and_given_without_a_mouse(reader: Callable[[str], Eyes]) -> None:
    with reader("").page() as page, reader("centre").page() as desk:
        page.goto("/help")
        keys = Keys(page)
        keys.reach(page.locator("input[type=radio]").first)
        page.keyboard.press("Space")
        keys.type("#text", "网页打不开，一直转圈")
        keys.press("发出提问")
        expect(page.get_by_text("已收到")).to_be_visible()
        number = page.locator("h1").inner_text()
        desk.goto("/work/help")
        clerk = Keys(desk)
        clerk.press(number, "link")
        clerk.type("#text", "请换用手机热点再试")
        clerk.press("回答")
        expect(desk.get_by_text("回答已发出")).to_be_visible()


def test_the_walk_complains_of_what_nobody_reaches_or_sees(browser: Browser) -> None:
    """Else a page would pass that the walk does not understand."""
    page = browser.new_page()
    page.set_content(
        "<a href='/a'>a</a><a href='/b' style='outline: none'>b</a>"
        "<input><button id='trap'>c</button><a href='/d'>d</a>"
    )
    page.evaluate("""document.querySelector('#trap').addEventListener(
        'keydown', (event) => event.preventDefault())""")
    found = walk(page)
    assert [each.partition(":")[0] for each in found][:2] == [
        "not reached",
        "its focus is not visible",
    ]
    assert "/d" in found[0]
    assert "/b" in found[1]
    page.close()
