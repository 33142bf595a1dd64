"""Pages for whoever programs: webhooks, and the reference tried under the pages' own policy."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from sunseal_tasks import errands
from sunseal_tasks import webhooks as tasks
from sunseal_tasks.outbox import sweep
from sunseal_tasks.workshop import Workshop
from tests.opening.world import make_world
from tests.support.database import maker
from tests.web.eyes import Eyes, inspect
from tests.web.site import Site, serving
from tests.webhooks.receiver import Receiver, receiving, verify, with_status


@pytest.fixture(scope="module")
def site(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One whose messages may go to this machine."""
    with maker(embedded, template) as make:
        world = make_world(make(), tmp_path_factory.mktemp("site"))
        world.settings = replace(world.settings, webhook_loopback=True)
        with serving(world) as made:
            yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def deliver(site: Site) -> None:
    world = site.world
    shop = Workshop(world.settings, world.work, world.storage, world.keys)
    sent: list[Any] = []
    sweep(shop, lambda name, args: sent.append((name, args)))
    for name, (_, errand) in sent:
        if name in tasks.JOBS:
            errands.do_job(shop, tasks.JOBS[name], errands.NOTHING, errand)


def has_messages_sent(site: Site, reader: Eyes, receiver: Receiver) -> str:
    """An administrator's way through all pages; the path of the webhook's."""
    with reader.page() as page:
        page.goto("/account")
        page.get_by_role("link", name="消息推送").click()
        page.get_by_role("button", name="登记地址").click()
        page.get_by_role("link", name="请填写接收消息的地址").wait_for()
        inspect(page, "webhooks-wrong-zh-1280")
        page.get_by_label("接收消息的地址").fill(receiver.url)
        page.get_by_label("系统发现疑点").check()
        page.get_by_label("项目发布").check()
        page.get_by_role("button", name="登记地址").click()
        secret = page.locator("code").inner_text()
        assert secret.startswith("whsec_")
        inspect(page, "webhooks-secret-zh-1280", axe=False)
        page.get_by_role("link", name="已保存").click()
        page.get_by_role("button", name="发送测试消息").click()
        page.get_by_text("消息即将发出").wait_for()
        place = page.url.partition("?")[0]
        receiver.answer = with_status(500)
        deliver(site)
        verify(secret, receiver.last(), int(receiver.last().headers["webhook-timestamp"]))
        page.goto(place)
        assert "500" in page.get_by_role("row", name="测试消息").inner_text()
        page.set_viewport_size({"width": 390, "height": 900})
        inspect(page, "webhooks-one-zh-390")
        page.get_by_role("button", name="更换密钥").click()
        assert page.locator("code").inner_text() != secret
    reader.no_errors(422)
    return place.removeprefix(site.url)


def test_an_administrator_has_messages_sent(
    site: Site, eyes: Callable[..., Eyes], receiver: Receiver
) -> None:
    token = site.staff("supervisor", "江湾区发展和改革局")
    has_messages_sent(site, eyes(token, "supervisor"), receiver)


def answer_at(eyes: Eyes, path: str, token: str = "", picture: str = "") -> str:
    """What a page of the reference shows after sending its form as it stands."""
    with eyes.page("en", 390) as page:
        page.goto(path)
        if token:
            page.locator("#token").fill(token)
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#answer-body")).not_to_be_empty()
        if picture:
            inspect(page, picture)
        status = page.locator("#answer-status").inner_text()
        return f"{status} {page.locator('#answer-body').inner_text()}"


def test_operations_are_tried_with_a_token_or_the_session(
    site: Site, eyes: Callable[..., Eyes]
) -> None:
    visitor = eyes()
    assert "401" in answer_at(visitor, "/schema/me")
    visitor.no_errors(401)
    token = site.staff("agent", "金桥招标代理有限公司")
    for reader, typed in ((visitor, token), (eyes(token, "agent"), "")):
        said = answer_at(reader, "/schema/me", typed, "reference-answer-en-390" * bool(typed))
        assert said.startswith("200"), said
        assert "金桥招标代理有限公司" in said
        reader.no_errors()


@pytest.mark.slow
def test_a_form_sends_what_was_typed(site: Site, eyes: Callable[..., Eyes]) -> None:
    reader = eyes(site.staff("centre", "江湾区公共资源交易中心"), "centre")
    with reader.page() as page:
        page.goto("/schema/addWebhook")
        body = page.locator("#body").input_value()
        page.locator("#body").fill(body.replace("https://", "ftp://"))
        page.get_by_role("button", name="发送").click()
        page.get_by_text("unusable-address").first.wait_for()
        page.goto("/schema/getTender")
        page.locator("#path-tender_id").fill(str(site.world.tender))
        page.get_by_role("button", name="发送").click()
        page.get_by_text(str(site.world.tender), exact=False).first.wait_for()
    reader.no_errors(422)


@pytest.mark.slow
def test_all_pages_are_looked_at(site: Site, eyes: Callable[..., Eyes], receiver: Receiver) -> None:
    visitor = eyes()
    visitor.look("/schema", "reference-list")
    visitor.look("/schema/createTender", "reference-one")
    visitor.look("/schema/noSuchOperation", "reference-none", status=404)
    reader = eyes(site.staff("supervisor", "江湾区监察委员会"), "supervisor")
    reader.look(has_messages_sent(site, reader, receiver), "webhooks-one")
    reader.look("/account/webhooks", "webhooks-list")


@pytest.mark.slow
def test_a_firms_preparer_is_told_who_may(site: Site, eyes: Callable[..., Eyes]) -> None:
    reader = eyes(site.firm_session(site.world.firm()), "bidder")
    with reader.page(scripts=False) as page:
        page.goto("/account")
        assert page.get_by_role("link", name="消息推送").count() == 0
        answer = page.goto("/account/webhooks")
        assert answer is not None
        assert answer.status == 403
        # The reference is read without scripts, but for trying.
        page.goto("/schema/getTender")
        page.get_by_text("curl https").wait_for()
    reader.no_errors(403)
