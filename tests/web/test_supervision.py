"""The supervisors' desk, and the room in which two people agree."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from sunseal.database import Role
from sunseal.supervision import service
from sunseal.supervision.rules import RULES
from sunseal_crypto import roster
from tests.web.eyes import Eyes, inspect
from tests.web.site import Site

LOOK = Callable[..., Eyes]
DESK = "/supervision"
CURIOUS = 12


@pytest.fixture(scope="module")
def supervisor(site: Site) -> str:
    """One whose desk has a finding: somebody at the centre asked for the log again and again."""
    clerk = site.staff("centre", "江湾区公共资源交易中心")
    for _ in range(CURIOUS):
        answer = httpx.get(
            f"{site.url}/api/v1/audit/entries", headers={"Authorization": f"Bearer {clerk}"}
        )
        assert answer.status_code == 403
    site.world.tick()
    parsed = roster.parse(site.world.settings.roster_bytes())
    with site.world.database.work.unit_as(Role.WORKER) as uow:
        assert sum(service.apply(uow, rule, parsed, ()) for rule in RULES) >= 1
    return site.staff("supervisor", "江湾区纪委监委驻点组")


def test_what_was_refused_is_seen_in_three_clicks(eyes: LOOK, supervisor: str) -> None:
    reader = eyes(supervisor, "supervisor")
    with reader.page() as page:
        page.goto(DESK)
        expect(page.get_by_text("访问被拒绝").first).to_be_visible()
        page.get_by_role("link", name="全部被拒绝的访问").click()
        expect(page.get_by_text("江湾区公共资源交易中心").first).to_be_visible()
        page.locator("#role").select_option("as_operator")
        page.get_by_role("button", name="查询").click()
        expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    reader.no_errors()


def test_the_desk_itself(eyes: LOOK, supervisor: str) -> None:
    reader = eyes(supervisor, "supervisor")
    reader.look(DESK, "supervision-desk")
    reader.look(f"{DESK}/entries?outcome=refused", "supervision-entries")
    reader.look(f"{DESK}/findings", "supervision-findings")
    reader.look(f"{DESK}/tenders", "supervision-tenders")


def test_every_look_at_the_log_is_in_the_log(eyes: LOOK, site: Site, supervisor: str) -> None:
    count = "select count(*) from audit.entry where action = 'audit.query'"
    (before,) = site.world.rows(count)[0]
    with eyes(supervisor, "supervisor").page() as page:
        page.goto(f"{DESK}/entries")
    assert site.world.rows(count)[0][0] > before


def test_a_finding_is_explained_and_a_rectification_ordered(
    eyes: LOOK, supervisor: str, site: Site
) -> None:
    reader = eyes(supervisor, "supervisor")
    with reader.page() as page:
        page.goto(f"{DESK}/findings")
        page.get_by_role("link", name="多次被拒绝").first.click()
        page.get_by_role("button", name="记为已说明").click()
        expect(page.locator("#reason-error")).to_contain_text("理由")
        page.locator("#reason").fill("经核实为误操作，已谈话提醒")
        page.get_by_role("button", name="记为已说明").click()
        expect(page.get_by_text("经核实为误操作")).to_be_visible()
        inspect(page, "supervision-case")
        page.get_by_role("link", name="填写整改通知").click()
        page.get_by_role("button", name="出具整改通知").click()
        expect(page.locator("#demand-error")).to_be_visible()
        inspect(page, "supervision-order")
        page.locator("#addressee").fill("江湾区公共资源交易中心")
        page.locator("#demand").fill("停止越权查询，一周内提交书面说明。")
        page.locator("#deadline").fill("2030-01-01T09:00")
        page.locator("#reason").fill("一小时内被拒绝十二次")
        page.get_by_role("button", name="出具整改通知").click()
        expect(page.get_by_text("整改通知已生成")).to_be_visible()
        site.world.tick()
        link = page.get_by_role("link", name="下载整改通知（PDF）").get_attribute("href")
        notice = page.request.get(f"{site.url}{link}")
        assert notice.status == 200, notice.text()
        assert notice.body().startswith(b"%PDF")
    reader.no_errors(422)


def test_one_proposes_and_another_confirms(eyes: LOOK, site: Site, supervisor: str) -> None:
    operator = eyes(site.staff("operator", "平台运营公司"), "operator")
    with operator.page() as page:
        page.goto("/confirmations")
        page.locator("#object").fill("江湾公证处")
        page.locator("#reason").fill("短")
        page.get_by_role("button", name="提出").click()
        expect(page.locator("#reason-error")).to_contain_text("十个字")
        page.locator("#reason").fill("新增一家公证处作为托管方，名册将于下月公布")
        page.get_by_role("button", name="提出").click()
        expect(page.get_by_text("等待确认")).to_be_visible()
        expect(page.get_by_role("link", name="查看并确认")).to_have_count(0)
    reader = eyes(supervisor, "supervisor")
    with reader.page() as page:
        page.goto("/confirmations")
        page.get_by_role("link", name="查看并确认").click()
        inspect(page, "confirmation")
        page.locator("#reason").fill("已核对公证处的机构文件和指纹")
        page.get_by_role("button", name="确认").click()
        expect(page.get_by_text(re.compile("^已确认，"))).to_be_visible()
    operator.no_errors(422)
    reader.look("/confirmations", "confirmations")


def test_a_clerk_has_no_such_desk(eyes: LOOK, site: Site) -> None:
    with eyes(site.staff("centre", "另一个中心"), "centre").page() as page:
        for path in (DESK, f"{DESK}/entries", f"{DESK}/findings", f"{DESK}/tenders"):
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 403


@pytest.mark.slow
def test_what_one_clicks_through_to_in_both_languages(
    eyes: LOOK, site: Site, supervisor: str
) -> None:
    reader = eyes(supervisor, "supervisor")
    with reader.page() as page:
        page.goto(f"{DESK}/findings")
        page.get_by_role("link", name="多次被拒绝").first.click()
        reader.look_at(page, "supervision-one")
        # The link to it is there as long as none was issued.
        page.goto(f"{page.url}/rectification/new")
        reader.look_at(page, "supervision-notice")
    operator = eyes(site.staff("operator", "平台运营公司二部"), "operator")
    with operator.page() as page:
        page.goto("/confirmations")
        page.locator("#object").fill("江湾公证处分部")
        page.locator("#reason").fill("新增一家公证处作为托管方，名册将于下月公布")
        page.get_by_role("button", name="提出").click()
    with reader.page() as page:
        page.goto("/confirmations")
        page.get_by_role("link", name="查看并确认").first.click()
        reader.look_at(page, "confirmation-both")
    reader.no_errors()
