"""An operator invites a clerk, who chooses a password; and how the service is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.web.eyes import Eyes, inspect
from tests.web.site import PASSWORD, Site

LOOK = Callable[..., Eyes]
EMAIL = "zhou@new.example.cn"


def test_an_operator_invites_and_the_clerk_signs_in(eyes: LOOK, site: Site) -> None:
    operator = eyes(site.staff("operator", "平台运营方"), "operator")
    with operator.page() as page, eyes().page() as clerk:
        page.goto("/admin/organizations")
        page.locator("#name").fill("江湾区公共资源交易中心")
        page.locator("#new_kind").select_option("centre")
        page.locator("#person").fill("周敏")
        page.locator("#email").fill(EMAIL)
        page.get_by_role("button", name="登记并生成邀请").click()
        address = page.locator(".secret").inner_text()
        inspect(page, "admin-invited")
        clerk.goto(address)
        clerk.locator("#password").fill(PASSWORD)
        clerk.locator("#again").fill(PASSWORD)
        inspect(clerk, "admin-invitation")
        clerk.get_by_role("button", name="设置密码").click()
        clerk.locator("#email").fill(EMAIL)
        clerk.locator("#password").fill(PASSWORD)
        clerk.get_by_role("button", name="登录", exact=True).click()
        expect(clerk.get_by_role("heading", name="招标工作台")).to_be_visible()
        page.get_by_role("link", name="返回").click()
        page.locator("button[value=disable]").click()
        expect(page.get_by_text("已停用")).to_be_visible()
        operator.look_at(page, "admin-people")
        clerk.reload()
        expect(clerk.get_by_role("heading", name="登录", exact=True)).to_be_visible()


@pytest.mark.slow
def test_the_pages_in_both_languages(eyes: LOOK, site: Site) -> None:
    operator = eyes(site.staff("operator", "平台运营方二部"), "operator")
    site.world.firm("东支河水利工程有限公司")
    site.staff("supervisor", "江湾区监督办")
    operator.look("/admin/health", "admin-health")
    operator.look("/admin/organizations", "admin-organizations")
    operator.look("/confirmations", "admin-confirmations")
    eyes().look("/invitations/unknown", "admin-invitation-form")
