"""Signing in with two steps, as somebody at a centre does it for the first and the second time."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from sunseal.organizations.service import NewPerson
from tests.opening.world import make_world
from tests.support.database import maker
from tests.web.eyes import Eyes, inspect
from tests.web.site import ORGANIZATION, PASSWORD, Server

EMAIL = "zhou@centre.example.cn"
PERSON = """
    insert into registry.person (organization_id, name, email, role, password_hash, created_at)
    values (%s, '周敏', %s, 'centre', %s, kit.now())
"""


@pytest.fixture(scope="module")
def strict(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an installation in which staff needs a second factor."""
    with maker(embedded, template) as make:
        world = make_world(make(), tmp_path_factory.mktemp("strict"))
        place = uuid4()
        world.rows(ORGANIZATION, place, "交易中心", "交易中心", "centre")
        world.rows(PERSON, place, EMAIL, NewPerson("周敏", EMAIL, PASSWORD).password_hash)
        server = Server(replace(world.settings, second_factor=True))
        try:
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.stop()


def test_the_first_and_the_second_time(browser: Browser, strict: str) -> None:
    eyes = Eyes(browser, strict)
    with eyes.page() as page:
        sign_in(page)
        eyes.look_at(page, "factors-first")
        page.get_by_role("button", name="开始").click()
        secret = page.locator(".secret").inner_text()
        inspect(page, "factors-scan")
        page.locator("#code").fill("000000")
        page.get_by_role("button", name="确认").click()
        expect(page.locator("#code-error")).to_contain_text("验证码不对")
        page.locator("#code").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="确认").click()
        codes = page.locator(".codes code").all_inner_texts()
        assert len(codes) == 10
        inspect(page, "factors-codes")
        page.get_by_role("link", name="已经保存，继续").click()
        expect(page.get_by_role("heading", name="招标工作台")).to_be_visible()
        page.goto("/account/factors")
        expect(page.get_by_text("还有 10 个恢复码")).to_be_visible()
        eyes.look_at(page, "factors-own")
    with eyes.page() as page:
        sign_in(page)
        eyes.look_at(page, "factors-second")
        page.locator("#code").fill(codes[0])
        page.locator("main").get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("heading", name="招标工作台")).to_be_visible()
    eyes.no_errors(422)


def test_half_a_session_opens_no_page(browser: Browser, strict: str) -> None:
    with Eyes(browser, strict).page() as page:
        sign_in(page)
        for path in ("/work/tenders", "/account", "/account/factors"):
            page.goto(path)
            expect(page).to_have_url(re.compile("/sign-in"))


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("#email").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录", exact=True).click()
