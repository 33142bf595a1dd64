"""A firm asks by hand, the agent answers by hand, and everybody reads it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from sunseal.database import Role
from sunseal_tasks.clarifications import release
from tests.web.eyes import Eyes, inspect
from tests.web.site import ORGANIZATION, Site

LOOK = Callable[..., Eyes]
FIRM = "江南市长河建筑工程有限公司"
TEXT = "招标文件第三章与工程量清单对管径的要求不一致，以哪一个为准？"
AGENT = "江湾工程咨询有限公司"


@pytest.fixture(scope="module")
def agent(site: Site) -> str:
    """The token of somebody who acts for the tendering party of the tender."""
    agent = uuid4()
    site.world.rows(ORGANIZATION, agent, AGENT, AGENT, "agent")
    with site.world.database.admin() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update notice.tender set agent_id = %s, agent_name = %s", [agent, AGENT])
    return site.staff("agent", AGENT, agent)


def test_from_a_question_to_an_answer_for_everybody(eyes: LOOK, site: Site, agent: str) -> None:
    firm = eyes(site.firm_session(site.world.firm(FIRM)), "bidder")
    desk = eyes(agent, "agent")
    with firm.page() as asker, desk.page("zh", 390) as answerer:
        asker.goto(site.tender)
        asker.get_by_role("link", name="答疑与澄清").click()
        expect(asker.get_by_text("还没有公布澄清")).to_be_visible()
        asker.get_by_role("link", name="提问", exact=True).last.click()
        asker.locator("#text").fill(f"{FIRM}请问：{TEXT}")
        asker.get_by_role("button", name="发送问题").click()
        expect(asker.locator("#text-error")).to_contain_text("看不出是谁问的")
        inspect(asker, "clarifications-named")
        asker.locator("#text").fill(TEXT)
        asker.get_by_role("button", name="发送问题").click()
        expect(asker.get_by_text("问题已收到")).to_be_visible()
        inspect(asker, "clarifications-asked")

        answerer.goto(f"/work{site.tender}/clarifications")
        expect(answerer.get_by_text("没有待答复的问题")).to_be_visible()
        site.world.move(timedelta(minutes=31))
        with site.world.work.unit_as(Role.WORKER) as uow:
            release(uow, uuid4())
        answerer.reload()
        expect(answerer.get_by_text(TEXT).first).to_be_visible()
        assert FIRM not in answerer.content()
        inspect(answerer, "clarifications-desk")
        answerer.get_by_role("link", name="答复").click()
        expect(answerer.locator("#question")).to_have_value(TEXT)
        answerer.locator("#question").fill("管径以何为准？")
        answerer.get_by_role("button", name="核对").click()
        expect(answerer.locator("#answer-error")).to_contain_text("请写下答复")
        answerer.locator("#answer").fill("以图纸为准。\n\n工程量清单第 12 项相应更正。")
        answerer.get_by_role("button", name="核对").click()
        expect(answerer.get_by_text("公布后不能修改或删除")).to_be_visible()
        inspect(answerer, "clarifications-check")
        answerer.get_by_role("button", name="修改").first.click()
        expect(answerer.locator("#question")).to_have_value("管径以何为准？")
        answerer.get_by_role("button", name="核对").click()
        answerer.get_by_role("button", name="公布澄清").click()
        expect(answerer.get_by_text("澄清已公布")).to_be_visible()

        asker.reload()
        asker.get_by_role("link", name="见第 1 号澄清").click()
        expect(asker.get_by_text("工程量清单第 12 项相应更正。")).to_be_visible()
        assert TEXT not in asker.content()
        with asker.expect_download() as begun:
            asker.get_by_text("下载与核对").click()
            asker.get_by_role("link", name="下载原文").click()
        assert str(site.world.tender) not in begun.value.url
    firm.no_errors(422)
    desk.no_errors(422)
    eyes().look(f"{site.tender}/clarifications", "clarifications")


@pytest.mark.slow
def test_the_firms_page_in_both_languages(eyes: LOOK, site: Site) -> None:
    firm = eyes(site.firm_session(site.world.firm()), "bidder")
    firm.look(f"{site.tender}/questions", "clarifications-own")


@pytest.mark.slow
def test_every_page_of_the_desk_in_both_languages(eyes: LOOK, site: Site, agent: str) -> None:
    desk = eyes(agent, "agent")
    desk.look(f"/work{site.tender}/clarifications", "clarifications-work")
    desk.look(f"/work{site.tender}/clarifications/new", "clarifications-new")
