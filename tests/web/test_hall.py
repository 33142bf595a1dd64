"""The opening hall: the same for everybody before, live during, and nothing missed after a drop."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from sunseal.meeting.acts import Signature, parse
from sunseal.opening import hall
from tests.opening.firm import Firm
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
OBJECTION = "投标保证金的唱读金额与我方文件不一致，请核对。"
REPLY = "经核对，唱读无误；保证金以投标文件为准，已告知投标人。"
# As the page for sealing keeps a firm's key: RFC 8410 before the seed, and no script reads it out.
KEEP_KEY = """async ([organization, seed, known]) => {
    const form = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32, ...seed];
    const key = await crypto.subtle.importKey(
        "pkcs8", new Uint8Array(form), "Ed25519", false, ["sign"]);
    const database = await new Promise((done) => {
        const asked = indexedDB.open("sunseal", 1);
        asked.onupgradeneeded = () =>
            ["keys", "envelopes"].forEach((name) => asked.result.createObjectStore(name));
        asked.onsuccess = () => done(asked.result);
    });
    await new Promise((done) => {
        const kept = database.transaction("keys", "readwrite");
        const row = {private: key, public: new Uint8Array(known)};
        kept.objectStore("keys").put(row, organization);
        kept.oncomplete = done;
    });
    database.close();
}"""
SOON = 15_000
BOARD = "[data-reading] tbody tr"
WORDS = "rows => rows.map(row => row.innerText.replace(/\\s+/g, ' ').trim())"


@pytest.fixture(scope="module")
def site(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Five custodians, of whom three open. The hall looks oftener than a real one, to save time."""
    with (
        pytest.MonkeyPatch.context() as patch,
        maker(embedded, template) as make,
        running(make(), tmp_path_factory.mktemp("hall"), seats=5, threshold=3) as made,
    ):
        patch.setattr(hall, "POLL_SECONDS", 0.1)
        for guard in made.world.guards[:5]:
            made.world.rows(
                "insert into custody.presence (name, seen_at) values (%s, kit.now())", guard.name
            )
        yield made


@pytest.fixture(scope="module")
def firms(site: Site) -> list[Firm]:
    made = [site.world.firm(name).joined() for name in NAMES]
    for firm, price in zip(made, PRICES, strict=True):
        firm.submit(firm.seal(price))
    return made


def _alive(site: Site) -> None:
    site.world.rows("update custody.presence set seen_at = kit.now()")


def _board(page: Page) -> list[str]:
    found: list[str] = page.locator(BOARD).evaluate_all(WORDS)
    return found


def test_from_the_clock_to_the_signed_record(
    browser: Browser, site: Site, firms: list[Firm]
) -> None:
    """One story, because an opening happens once. Four bids are in the box; nobody can tell."""
    world, path = site.world, f"{site.tender}/hall"
    eyes = Eyes(browser, site.url)
    eyes.look(path, "hall-before")
    # What is asked before the opening is refused in plain words.
    eyes.look(f"{site.tender}/opening", "results-early", status=409)
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
        _meet(browser, site, firms, page)
    assert sum("超过最高限价" in row for row in live) == 1
    assert sum("报价相同" in row for row in live) == 2
    assert sum("¥13,950,000.50" in row for row in live) == 1
    eyes.errors.clear()  # the browser says so when a connection is lost

    eyes.look(path, "hall-after")
    eyes.look(f"{path}/screen", "hall-screen")
    eyes.look(f"{site.tender}/opening", "results")
    eyes.look(site.tender, "tender-opened")


def _meet(browser: Browser, site: Site, firms: list[Firm], wall: Page) -> None:
    """Reading-out, an objection, its reply and the minutes, while somebody watches the hall."""
    meeting = f"{site.tender}/meeting"
    clerk = Eyes(browser, site.url, site.staff("centre", "江城公共资源交易中心"), "centre")
    firm = Eyes(browser, site.url, site.firm_session(firms[1]), "bidder")
    with clerk.page() as desk, firm.page(width=390) as phone:
        desk.goto(meeting)
        for left in range(len(NAMES), 0, -1):
            buttons = desk.get_by_role("button", name="已唱标")
            expect(buttons).to_have_count(left)
            buttons.first.click()
        expect(wall.locator("[data-part=read] .tag")).to_have_count(len(NAMES), timeout=SOON)
        desk.get_by_role("button", name="开放异议期").click()
        expect(wall.locator("[data-period=asked] .countdown")).to_be_visible(timeout=SOON)

        phone.goto(meeting)
        phone.get_by_role("link", name="提出异议").click()
        phone.get_by_label("异议内容").fill(OBJECTION)
        inspect(phone, "meeting-objection-zh-390")
        phone.get_by_role("button", name="提交异议").click()
        expect(wall.locator("[data-remark]")).to_contain_text(OBJECTION, timeout=SOON)

        desk.reload()
        desk.get_by_role("link", name="答复").click()
        desk.get_by_label("答复").fill(REPLY)
        desk.get_by_role("button", name="提交答复").click()
        expect(wall.locator("[data-remark]")).to_contain_text(REPLY, timeout=SOON)
        _attend(desk)
        clerk.look(meeting, "meeting")

        site.world.move(timedelta(minutes=11))
        desk.reload()
        desk.get_by_role("button", name="形成开标记录").click()
        keep = [str(firms[1].organization), [*firms[1].key.seed()], [*firms[1].key.public]]
        phone.evaluate(KEEP_KEY, keep)
        phone.goto(f"{meeting}/minutes/1")
        phone.get_by_label("本人已阅读").check()
        phone.get_by_role("button", name="签署").click()
        expect(phone.get_by_text("您已签署这份记录")).to_be_visible(timeout=SOON)
        inspect(phone, "minutes-signed-zh-390")
        expect(wall.locator("[data-editions]")).to_contain_text(NAMES[1], timeout=SOON)
        [[signed]] = site.world.rows("select body from opened.act where kind = 'signature'")
        act = parse("signature", "", bytes(signed))
        assert isinstance(act, Signature)
        assert act.key == firms[1].key.public
        site.tick()
        paper = phone.request.get(f"{site.url}{meeting}/minutes/1/paper")
        assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
        phone.goto(f"{site.tender}/minutes/1")
        inspect(phone, "minutes-proof-zh-390")
    firm.no_errors()


def _attend(desk: Page) -> None:
    for label, said in (("姓名", "李建国"), ("单位", NAMES[0]), ("身份", "投标人授权代表")):
        desk.get_by_label(label, exact=True).fill(said)
    desk.get_by_role("button", name="登记到场").click()


def test_the_hall_can_be_read_without_scripts(browser: Browser, site: Site) -> None:
    with Eyes(browser, site.url).page(scripts=False) as page:
        page.goto(f"{site.tender}/hall")
        expect(page.locator("[data-live=none]")).to_be_visible()


@pytest.mark.usefixtures("firms")
def test_the_sheet_to_sign_in_on_names_nobody(eyes: LOOK, site: Site) -> None:
    eyes().look(f"{site.tender}/sign-in-sheet", "sheet")
    with eyes().page() as page:
        page.goto(f"{site.tender}/sign-in-sheet")
        assert not any(name in page.content() for name in NAMES)
