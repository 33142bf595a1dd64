"""The API's reference: read by everybody, tried in the browser under the pages' own policy."""

from collections.abc import Callable

import pytest

from tests.web.eyes import Eyes, inspect
from tests.web.site import Site


def try_it(eyes: Eyes, path: str, token: str = "") -> str:
    """What the page shows after sending its form as it stands."""
    with eyes.page() as page:
        page.goto(path)
        if token:
            page.locator("#token").fill(token)
        page.get_by_role("button", name="发送").click()
        page.locator("#answer").wait_for()
        page.wait_for_function("document.querySelector('#answer-body').textContent !== ''")
        status = page.locator("#answer-status").inner_text()
        return f"{status} {page.locator('#answer-body').inner_text()}"


def test_it_is_read_and_tried(site: Site, eyes: Callable[..., Eyes]) -> None:
    visitor = eyes()
    visitor.look("/schema/createTender", "reference-one")
    said = try_it(visitor, "/schema/listTenders")
    assert said.startswith("200")
    assert str(site.world.tender) in said
    assert "401" in try_it(visitor, "/schema/me")
    visitor.no_errors(401)
    token = site.staff("agent", "金桥招标代理有限公司")
    # With a token typed there, and with the session that the reader has anyway.
    for reader, typed in ((visitor, token), (eyes(token, "agent"), "")):
        said = try_it(reader, "/schema/me", typed)
        assert said.startswith("200"), said
        assert "金桥招标代理有限公司" in said
        reader.no_errors()


def test_a_form_sends_what_was_typed(site: Site, eyes: Callable[..., Eyes]) -> None:
    token = site.staff("centre", "江湾区公共资源交易中心")
    reader = eyes(token, "centre")
    with reader.page(width=390) as page:
        page.goto("/schema/addWebhook")
        body = page.locator("#body").input_value()
        assert '"events"' in body
        page.locator("#body").fill(body.replace("https://", "ftp://"))
        page.get_by_role("button", name="发送").click()
        page.get_by_text("unusable-address").wait_for()
        inspect(page, "reference-answer-zh-390")
        page.goto("/schema/getTender")
        page.locator("#path-tender_id").fill(str(site.world.tender))
        page.get_by_role("button", name="发送").click()
        page.get_by_text(str(site.world.tender), exact=False).first.wait_for()
    reader.no_errors(422)


def test_no_such_operation(site: Site, eyes: Callable[..., Eyes]) -> None:
    visitor = eyes()
    with visitor.page() as page:
        answer = page.goto("/schema/noSuchOperation")
        assert answer is not None
        assert answer.status == 404
    visitor.no_errors(404)


def test_it_is_read_without_scripts(site: Site, eyes: Callable[..., Eyes]) -> None:
    visitor = eyes()
    with visitor.page(scripts=False) as page:
        page.goto("/schema/getTender")
        page.get_by_text("curl https").wait_for()
        page.get_by_text("试用需要脚本").wait_for()


@pytest.mark.slow
def test_the_whole_list_is_looked_at(site: Site, eyes: Callable[..., Eyes]) -> None:
    eyes().look("/schema", "reference-list")
    eyes(site.staff("agent", "金桥招标代理有限公司"), "agent").look(
        "/account/webhooks", "webhooks-list"
    )
