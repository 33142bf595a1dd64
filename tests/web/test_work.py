"""The desk of those who prepare tenders: from an empty list to a published notice, by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from sunseal.web.words import ZONE
from tests.custody.world import STEPS, Seat, World, custody_service
from tests.support.database import maker, settings_for
from tests.support.service import Service
from tests.tenders.people import enrol
from tests.web.eyes import Eyes, inspect
from tests.web.site import Server

PARTY = "江湾区水务局"
WORK = "/work/tenders"


@dataclass
class Office:
    """An installation with three custodians, and a tendering party that has signed in."""

    service: Service
    seats: list[Seat]
    url: str
    party: str

    def time(self, **later: float) -> str:
        """As a browser's field sends it."""
        with self.service.database.admin() as admin:
            (now,) = admin.execute("select kit.now()").fetchall()[0]
        moment = now + timedelta(**later)
        return str(moment.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M"))


@pytest.fixture(scope="module")
def office(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with maker(embedded, template) as make:
        database = make()
        settings = settings_for(database, folder)
        with custody_service(database, settings, n=3, witnesses=1) as service:
            seats = [
                Seat(service, guard, index, enrol(service, "custodian", guard.name))
                for index, guard in enumerate(service.custodians, 1)
            ]
            server = Server(settings)
            try:
                url = f"http://127.0.0.1:{server.port}"
                yield Office(service, seats, url, enrol(service, "tendering_party", PARTY))
            finally:
                server.stop()


@pytest.fixture
def writer(browser: Browser, office: Office) -> Callable[[], Eyes]:
    return lambda: Eyes(browser, office.url, office.party, "tendering_party")


def fill(page: Page, office: Office, reference: str, **changes: str) -> None:
    fields = {
        "reference": reference,
        "title": "东支河综合整治工程施工",
        "summary": "清淤 3.2 公里。\n\n投标人须具有二级资质。",
        "deadline": office.time(hours=2),
        "not_before": office.time(hours=3),
        "ceiling_price": "13,800,000.00",
    }
    for name, value in (fields | changes).items():
        page.locator(f"#{name}").fill(value)
    page.locator("#statutory").uncheck()
    page.get_by_role("button", name="保存草稿").click()


def test_from_an_empty_list_to_a_published_notice(
    writer: Callable[[], Eyes], office: Office, tmp_path: Path
) -> None:
    eyes = writer()
    with eyes.page() as page:
        page.goto(WORK)
        page.get_by_role("link", name="新建招标项目").click()
        fill(page, office, "A-1")
        expect(page.get_by_text("草稿已保存")).to_be_visible()
        document = tmp_path / "招标文件.txt"
        document.write_text("第一章 投标须知")
        page.locator("#document").set_input_files(document)
        page.get_by_role("button", name="添加", exact=True).click()
        expect(page.get_by_role("link", name="招标文件.txt")).to_be_visible()
        inspect(page, "work-draft")
        page.get_by_role("button", name="固定公告，请托管方生成密钥").click()
        expect(page.get_by_text("公告内容已固定")).to_be_visible()
        world = world_of(office, page.url)
        world.finish(*STEPS)
        page.get_by_role("link", name="刷新").click()
        inspect(page, "work-key-made")
        page.get_by_role("button", name="发布公告").click()
        expect(page.get_by_text("正在发布")).to_be_visible()
        world.open_gate()
        page.goto(page.url.partition("?")[0])
        expect(page.get_by_text("公告已发布")).to_be_visible()
        page.get_by_role("link", name="查看公告").click()
        expect(page.get_by_role("heading", name="东支河综合整治工程施工")).to_be_visible()
    eyes.no_errors()


def world_of(office: Office, url: str) -> World:
    tender = url.partition(f"{WORK}/")[2][:36]
    return World(office.service, office.party, tender, office.seats)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        pytest.param("title", "", "请填写项目名称", id="no title"),
        pytest.param("not_before", "2026-01-01T09:00", "不能早于投标截止", id="opens too early"),
        pytest.param("ceiling_price", "一千万", "金额只用数字", id="a price in words"),
        pytest.param("minimum_bids", "0", "不小于 1", id="no bid at all"),
        pytest.param("threshold", "3.5", "不小于 1", id="half a custodian"),
    ],
)
def test_what_is_typed_wrong_is_said_beside_the_field_and_kept(
    writer: Callable[[], Eyes], office: Office, name: str, value: str, said: str
) -> None:
    with writer().page() as page:
        page.goto(f"{WORK}/new")
        fill(page, office, f"B-{name}", **{name: value})
        expect(page.locator(f"#{name}-error")).to_contain_text(said)
        expect(page.locator("#summary")).to_have_value("清淤 3.2 公里。\n\n投标人须具有二级资质。")


def test_a_second_tender_of_one_reference_is_refused(
    writer: Callable[[], Eyes], office: Office
) -> None:
    with writer().page() as page:
        for _ in range(2):
            page.goto(f"{WORK}/new")
            fill(page, office, "C-1")
        expect(page.locator("#reference-error")).to_contain_text("已经被使用")


def test_ending_a_draft_asks_for_a_reason(writer: Callable[[], Eyes], office: Office) -> None:
    with writer().page() as page:
        page.goto(f"{WORK}/new")
        fill(page, office, "D-1")
        page.get_by_role("link", name="终止招标").click()
        page.get_by_role("button", name="终止招标").click()
        expect(page.locator("#reason-error")).to_contain_text("理由")
        inspect(page, "work-cancel")
        page.locator("#reason").fill("资金未落实")
        page.get_by_role("button", name="终止招标").click()
        expect(page.get_by_text("资金未落实")).to_be_visible()


def test_pages_of_the_desk(writer: Callable[[], Eyes]) -> None:
    eyes = writer()
    eyes.look(WORK, "work-list")
    eyes.look(f"{WORK}/new", "work-new")


@pytest.mark.slow
def test_the_pages_of_one_draft_in_both_languages(
    writer: Callable[[], Eyes], office: Office
) -> None:
    eyes = writer()
    with eyes.page() as page:
        page.goto(f"{WORK}/new")
        fill(page, office, "E-1")
        page.goto(page.url.partition("?")[0])
        eyes.look_at(page, "work-one")
        page.get_by_role("link", name="修改草稿").click()
        eyes.look_at(page, "work-edit")
        page.go_back()
        page.get_by_role("link", name="终止招标").click()
        eyes.look_at(page, "work-end")
    eyes.no_errors()


def test_a_bidder_has_no_business_here(office: Office, browser: Browser) -> None:
    token, _ = office.service.firm(0)
    eyes = Eyes(browser, office.url, token, "bidder")
    with eyes.page() as page:
        answer = page.goto(WORK)
        assert answer is not None
        assert answer.status == 403
