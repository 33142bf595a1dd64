"""An administrator registers an address, changes its secret and looks at what was sent there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

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
    folder: Path = tmp_path_factory.mktemp("site")
    with maker(embedded, template) as make:
        world = make_world(make(), folder)
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


def test_an_administrator_has_messages_sent(
    site: Site, eyes: Callable[..., Eyes], receiver: Receiver
) -> None:
    reader = eyes(site.staff("supervisor", "江湾区发展和改革局"), "supervisor")
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
        inspect(page, "webhooks-secret-zh-1280")
        page.get_by_role("link", name="已保存").click()
        page.get_by_role("button", name="发送测试消息").click()
        page.get_by_text("消息即将发出").wait_for()
        place = page.url.partition("?")[0]
        receiver.answer = with_status(500)
        deliver(site)
        verify(secret, receiver.last(), int(receiver.last().headers["webhook-timestamp"]))
        page.goto(place)
        assert "500" in page.get_by_role("row", name="测试消息").inner_text()
        page.get_by_role("button", name="更换密钥").click()
        assert page.locator("code").inner_text() != secret
    reader.no_errors(422)
    reader.look(place.removeprefix(site.url), "webhooks-one")


def test_a_firms_preparer_is_told_who_may(site: Site, eyes: Callable[..., Eyes]) -> None:
    firm = site.world.firm()
    reader = eyes(site.firm_session(firm), "bidder")
    with reader.page() as page:
        page.goto("/account")
        assert page.get_by_role("link", name="消息推送").count() == 0
        answer = page.goto("/account/webhooks")
        assert answer is not None
        assert answer.status == 403
    reader.no_errors(403)
