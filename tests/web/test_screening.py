"""The screening desk by hand: two people decide on a name, the firm appeals, a third one judges."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from sunseal.adjudications import service as adjudications
from sunseal.conduct import service as conduct
from sunseal.database import Role
from sunseal.screening import service as screening
from tests.opening.world import Firm
from tests.support.service import USCC
from tests.web.eyes import Eyes
from tests.web.site import Site

LOOK = Callable[..., Eyes]
DESK = "/work/screening"
NAMES = ("平安建设工程有限公司", "长河水利工程有限公司", "第一市政工程有限公司")
ENTRIES = [
    f"{reference},company,{name},,严重,串通投标并行贿,2024-05-01,2029-04-30"
    for reference, name in (
        ("江失信〔2024〕031号", "平安建设工程有限公司"),
        ("江失信〔2024〕107号", "长河水利工程公司"),
    )
]
PENALTY = """
    with entry as (
        insert into registry.blacklist_entry (decision_number, authority, organization_id, subject,
            name, identifier, severity, reason, effective_from, effective_to, proposed_by,
            proposed_at)
        values ('江罚〔2026〕7号', '江湾区公共资源交易监督办公室', %s, 'company', %s, %s, '一般',
            '提交虚假业绩材料', '2026-01-01', '2099-12-31', %s, kit.now()) returning id)
    insert into registry.blacklist_confirmation (entry_id, confirmed_by, confirmed_at)
    select id, %s, kit.now() from entry
"""


@dataclass
class Desk:
    site: Site
    firm: Firm
    centre: str
    first: str
    second: str
    firm_token: str

    def check(self) -> None:
        world = self.site.world
        with world.work.unit_as(Role.WORKER) as uow:
            screening.check_all(uow)
            conduct.collect(uow)


@pytest.fixture(scope="module")
def desk(site: Site) -> Desk:
    world = site.world
    world.lists(*ENTRIES)
    firms = [world.firm(name, uscc) for name, uscc in zip(NAMES, USCC, strict=False)]
    centre = site.staff("centre", "江湾区公共资源交易中心")
    first = site.staff("supervisor", "江湾区公共资源交易监督办公室")
    second = site.staff("supervisor", "江湾区住房和城乡建设局")
    people = [row[0] for row in world.rows("select id from registry.person where name = '周敏'")]
    world.rows(PENALTY, firms[0].organization, NAMES[0], USCC[0], people[1], people[2])
    made = Desk(site, firms[0], centre, first, second, site.firm_session(firms[0]))
    made.check()
    return made


def _candidate(page: Page) -> None:
    page.goto(DESK)
    page.get_by_role("link", name=NAMES[0]).first.click()


def test_the_queue_and_the_lists(eyes: LOOK, desk: Desk) -> None:
    reader = eyes(desk.centre, "centre")
    reader.look(DESK, "screening-queue")
    reader.look(f"{DESK}/lists", "screening-lists")
    reader.look(f"{DESK}/lists/blacklist", "screening-list")
    with reader.page() as page:
        for path in ("?decision=clear", "/lists/ofac", "/appeals"):
            answer = page.goto(DESK + path)
            assert answer is not None
            assert answer.status == 200
            expect(page.locator(".nothing").first).to_be_visible()
    reader.no_errors()


def test_a_visitor_and_others_are_kept_out(eyes: LOOK, desk: Desk, site: Site) -> None:
    agent = site.staff("agent", "某招标代理有限公司")
    refused = (
        (agent, "agent", DESK),
        (desk.firm_token, "bidder", DESK),
        (desk.centre, "centre", "/firm/conduct"),
        (desk.centre, "centre", "/work/conduct"),
    )
    for token, role, path in refused:
        with eyes(token, role).page() as page:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 403


@pytest.mark.slow
def test_two_people_decide_the_firm_appeals_and_a_third_one_judges(eyes: LOOK, desk: Desk) -> None:
    centre, first, second = (
        eyes(desk.centre, "centre"),
        eyes(desk.first, "supervisor"),
        eyes(desk.second, "supervisor"),
    )
    address = _propose(centre)
    first.look(address, "screening-review")
    with first.page() as page:
        page.goto(address)
        page.get_by_role("button", name="退回").click()
        expect(page.get_by_role("alert")).to_contain_text("请写明理由")
        page.get_by_role("button", name="确认裁定").click()
        expect(page.get_by_role("status")).to_contain_text("裁定已生效")
    first.errors.clear()
    desk.check()
    with desk.firm.unit() as uow:
        [verdict] = adjudications.own_standing(uow)
        adjudications.appeal(uow, verdict.id, "名单上的企业与本企业只是同名。")
    second.look(f"{DESK}/appeals", "screening-appeals")
    with second.page() as page:
        page.goto(f"{DESK}/appeals")
        page.get_by_label("审理意见").fill("统一社会信用代码不同，不是同一企业。")
        page.get_by_role("button", name="申诉成立").click()
        expect(page.get_by_role("status")).to_contain_text("审理结果已记录")
    centre.look(address, "screening-history")
    second.no_errors()


def _propose(centre: Eyes) -> str:
    """The centre's reviewer, who forgets a field first; returns the candidate's address."""
    with centre.page() as page:
        _candidate(page)
        address = page.url.removeprefix(centre.url)
        page.get_by_role("button", name="提出裁定").click()
        expect(page.get_by_role("alert")).to_contain_text("请选择结论")
        page.get_by_label("命中：名单说的就是这个对象").check()
        page.get_by_label("理由").fill("营业执照的地址和法定代表人一致。")
        page.get_by_role("button", name="提出裁定").click()
        expect(page.get_by_role("status")).to_contain_text("由另一个人复核后生效")
        expect(page.get_by_text("您提出的裁定，由另一个人复核。")).to_be_visible()
    centre.errors.clear()
    return address


@pytest.mark.slow
def test_a_firm_objects_to_a_fact_and_a_supervisor_lets_it_stand(eyes: LOOK, desk: Desk) -> None:
    firm, supervisor = eyes(desk.firm_token, "bidder"), eyes(desk.first, "supervisor")
    firm.look("/firm/conduct", "conduct-own")
    with firm.page() as page:
        page.goto("/firm/conduct")
        page.get_by_text("对这条记录提出异议").first.click()
        page.get_by_role("button", name="提交异议").first.click()
        expect(page.get_by_role("alert")).to_contain_text("请写明理由和证据")
        form = page.locator("details[open]")
        form.get_by_label("理由和证据").fill("处罚决定已被撤销，见附件。")
        form.get_by_role("button", name="提交异议").click()
        expect(page.get_by_role("status")).to_contain_text("异议已收到")
    supervisor.look("/work/conduct", "conduct-all")
    with supervisor.page() as page:
        page.goto("/work/conduct?standing=objected")
        page.get_by_text("审理这条记录").click()
        page.get_by_label("审理意见").fill("决定仍然有效。")
        page.get_by_role("button", name="维持").click()
        expect(page.get_by_role("status")).to_contain_text("意见已记录")
    supervisor.no_errors()


def test_a_tender_that_is_not_opened_tells_of_no_conduct(eyes: LOOK, desk: Desk) -> None:
    with eyes(desk.centre, "centre").page() as page:
        answer = page.goto(f"{desk.site.tender}/conduct")
        assert answer is not None
        assert answer.status == 409
