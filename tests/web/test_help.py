"""Help at the deadline, by hand: who cannot sign in, a firm, the clerk and a supervisor."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.eyes import Eyes, inspect
from tests.web.site import TITLE, Site

LOOK = Callable[..., Eyes]


def ask(page: Page, text: str) -> str:
    """Fills in the form; returns the ticket's number."""
    page.goto("/help")
    page.get_by_label("网络慢或中断").check()
    page.locator("#text").fill(text)
    page.get_by_role("button", name="提问").click()
    expect(page.get_by_text("已收到")).to_be_visible()
    return page.locator("h1").inner_text()


def test_a_visitor_asks_and_a_clerk_answers_a_number(eyes: LOOK, site: Site) -> None:
    clerk = eyes(site.staff("centre", "江湾区公共资源交易中心"), "centre")
    with eyes().page() as visitor, clerk.page() as desk:
        visitor.goto("/help")
        visitor.get_by_role("button", name="提问").click()
        expect(visitor.locator(".error-summary li")).to_have_count(2)
        visitor.get_by_label("网络慢或中断").check()
        visitor.locator("#text").fill(f"{TITLE}，上传不动")
        visitor.get_by_role("button", name="提问").click()
        expect(visitor.locator("#text-error")).to_contain_text("请去掉企业、项目的名称")
        inspect(visitor, "help-named")
        number = ask(visitor, "网页打不开，一直转圈")
        inspect(visitor, "help-visitor")
        desk.goto("/work/help")
        inspect(desk, "help-queue")
        desk.get_by_role("link", name=number).click()
        desk.locator("#text").fill("请换用手机热点再试")
        desk.get_by_role("button", name="回答").click()
        expect(desk.get_by_text("回答已发出")).to_be_visible()
        inspect(desk, "help-case")
        visitor.reload()
        expect(visitor.get_by_text("请换用手机热点再试")).to_be_visible()
        desk.get_by_role("button", name="办结").click()
        expect(desk).to_have_url(re.compile("/work/help"))
        expect(desk.get_by_text(number)).to_have_count(0)


@pytest.mark.slow
def test_every_page_of_help_in_both_languages(eyes: LOOK, site: Site) -> None:
    firm = site.world.firm()
    clerk = site.staff("centre", "江湾区公共资源交易中心二部")
    supervisor = site.staff("supervisor", "江湾区监督办")
    asking = eyes(site.firm_session(firm), "bidder")
    with asking.page() as page:
        number = ask(page, "不知道“回执”是什么意思")
    eyes().look("/help", "help-ask")
    asking.look("/help", "help-ask-firm")
    asking.look(f"/help/tickets/{number}", "help-ticket")
    visitor = eyes()
    with visitor.page() as page:
        ask(page, "手机上也能封标吗")
        visitor.look_at(page, "help-link")
    eyes(clerk, "centre").look("/work/help", "help-queue-all")
    eyes(clerk, "centre").look(f"/work/help/{number}", "help-case-all")
    eyes(supervisor, "supervisor").look(f"/work/help/{number}", "help-case-supervisor")


@pytest.mark.slow
def test_without_scripts_the_answer_is_a_reload_away(eyes: LOOK, site: Site) -> None:
    with eyes().page(scripts=False) as page:
        number = ask(page, "没有脚本也能问吗")
        page.reload()
        expect(page.locator("h1")).to_have_text(number)
