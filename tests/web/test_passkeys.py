"""Passkeys in a real browser, with the virtual authenticator that Chromium brings for tests."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from sunseal.organizations.service import NewPerson
from tests.opening.world import make_world
from tests.support.database import maker
from tests.web.eyes import Eyes, inspect
from tests.web.site import ORGANIZATION, PASSWORD, Server

EMAIL = "qian@centre.example.cn"
PERSON = """
    insert into registry.person (organization_id, name, email, role, password_hash, created_at)
    values (%s, '钱进', %s, 'centre', %s, kit.now())
"""
# A device that asks its owner and can be found without a name, as telephones and keys with a PIN.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
USE = "用通行密钥登录"
ADD = "添加通行密钥"


@pytest.fixture(scope="module")
def port(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where an installation listens in which staff needs a second factor."""
    with maker(embedded, template) as make:
        world = make_world(make(), tmp_path_factory.mktemp("passkeys"))
        place = uuid4()
        world.rows(ORGANIZATION, place, "交易中心", "交易中心", "centre")
        world.rows(PERSON, place, EMAIL, NewPerson("钱进", EMAIL, PASSWORD).password_hash)
        server = Server(replace(world.settings, second_factor=True))
        try:
            yield server.port
        finally:
            server.stop()


def test_from_the_first_password_to_a_lost_device(browser: Browser, port: int) -> None:
    """One life of a passkey: made, used alone, used after the password, refused, removed."""
    eyes = Eyes(browser, f"http://localhost:{port}")
    with eyes.page() as page:
        device = Device(page)
        # 1. Staff who has no factor yet makes one instead of a password's second half.
        password(page)
        expect(page.get_by_role("button", name=ADD)).to_be_visible()
        inspect(page, "passkeys-enrolment")
        page.get_by_role("button", name=ADD).click()
        expect(page.locator(".codes code")).to_have_count(10)
        page.get_by_role("link", name="已经保存，继续").click()
        expect(page.get_by_role("heading", name="招标工作台")).to_be_visible()
        # 2. Another day: nobody types who he is.
        leave(page)
        page.goto("/sign-in")
        inspect(page, "passkeys-sign-in")
        page.get_by_role("button", name=USE).click()
        expect(page.get_by_role("heading", name="招标工作台")).to_be_visible()
        # 3. After the password.
        leave(page)
        password(page)
        inspect(page, "passkeys-second-step")
        page.get_by_role("button", name="用通行密钥确认").click()
        expect(page.get_by_role("heading", name="招标工作台")).to_be_visible()
        # 4. On the account's page there is one, used just now, that staff cannot do without; the
        #    same device makes no second one.
        page.goto("/account/factors")
        expect(page.get_by_text("您的身份至少需要一个")).to_be_visible()
        page.get_by_role("button", name=ADD).click()
        expect(page.locator('[data-said="known"]')).to_be_visible()
        device.change()
        page.get_by_label("通行密钥的名称").fill("办公室电脑")
        page.get_by_role("button", name=ADD).click()
        expect(page.get_by_text("已添加。")).to_be_visible()
        row = page.get_by_role("row").filter(has_text="办公室电脑")
        page.set_viewport_size({"width": 390, "height": 900})
        inspect(page, "passkeys-own")
        # 5. Nobody confirms: the browser says so, and the page in its own words.
        leave(page)
        device.confirms(False)
        page.goto("/sign-in")
        page.get_by_role("button", name=USE).click()
        expect(page.locator('[data-said="cancelled"]')).to_be_visible()
        # 6. A device that was given away signs nobody in.
        device.confirms(True)
        page.get_by_role("button", name=USE).click()
        expect(page.get_by_role("heading", name="招标工作台")).to_be_visible()
        page.goto("/account/factors")
        row.get_by_role("button", name="移除").click()
        expect(page.get_by_text("已移除，不能再用它登录。")).to_be_visible()
        leave(page)
        page.goto("/sign-in")
        page.get_by_role("button", name=USE).click()
        expect(page.get_by_role("alert")).to_contain_text("这个通行密钥在这里打不开任何东西")
        inspect(page, "passkeys-refused")
    eyes.no_errors(422)


def test_at_another_address_the_page_says_why_it_does_not_work(browser: Browser, port: int) -> None:
    with Eyes(browser, f"http://127.0.0.1:{port}").page() as page:
        Device(page)
        page.goto("/sign-in")
        page.get_by_role("button", name=USE).click()
        expect(page.locator('[data-said="elsewhere"]')).to_be_visible()


def test_without_scripts_the_password_remains(browser: Browser, port: int) -> None:
    with Eyes(browser, f"http://localhost:{port}").page(scripts=False) as page:
        page.goto("/sign-in")
        expect(page.get_by_role("button", name=USE)).to_be_hidden()
        expect(page.get_by_text("这个浏览器不能使用通行密钥")).to_be_visible()


class Device:
    """The authenticator that the page's browser has at hand."""

    def __init__(self, page: Page) -> None:
        self._wire: CDPSession = page.context.new_cdp_session(page)
        self._wire.send("WebAuthn.enable")
        self._add()

    def _add(self) -> None:
        answer = self._wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self._id = answer["authenticatorId"]

    def change(self) -> None:
        """Puts it away and takes another one, which holds nothing yet."""
        self._wire.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self._id})
        self._add()

    def confirms(self, whether: bool) -> None:
        """Whether its owner's finger is the right one."""
        said = {"authenticatorId": self._id, "isUserVerified": whether}
        self._wire.send("WebAuthn.setUserVerified", said)


def password(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("#email").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()


def leave(page: Page) -> None:
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("button", name="退出")).to_have_count(0)
