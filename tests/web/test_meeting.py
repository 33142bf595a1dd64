"""The meeting after an opening: every page of it in both languages, on a desk and on a phone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.database import maker
from tests.web.eyes import Eyes
from tests.web.site import Site, running
from tests.web.test_hall import NAMES, OBJECTION, PRICES, REPLY

LOOK = Callable[..., Eyes]


@pytest.fixture(scope="module")
def site(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with (
        maker(embedded, template) as make,
        running(make(), tmp_path_factory.mktemp("meeting"), seats=3, threshold=2) as made,
    ):
        yield made


@pytest.mark.slow
def test_from_the_reading_out_to_the_minutes(eyes: LOOK, site: Site) -> None:
    world = site.world
    firms = [world.firm(name).joined() for name in NAMES[:2]]
    for firm, price in zip(firms, PRICES, strict=False):
        firm.submit(firm.seal(price))
    world.close()
    world.ask()
    world.answer(1, 2)
    world.advance()
    meeting = f"{site.tender}/meeting"
    clerk = eyes(site.staff("centre", "江城公共资源交易中心"), "centre")
    bidder = eyes(site.firm_session(firms[1]), "bidder")
    with clerk.page() as desk, bidder.page() as phone:
        desk.goto(meeting)
        for _ in firms:
            desk.get_by_role("button", name="已唱标").first.click()
        desk.get_by_role("button", name="开放异议期").click()
        phone.goto(meeting)
        phone.get_by_role("link", name="提出异议").click()
        bidder.look_at(phone, "meeting-object")
        phone.get_by_label("异议内容").fill(OBJECTION)
        phone.get_by_role("button", name="提交异议").click()
        expect(phone.get_by_text(OBJECTION)).to_be_visible()
        desk.reload()
        desk.get_by_role("link", name="答复").click()
        clerk.look_at(desk, "meeting-reply")
        desk.get_by_label("答复").fill(REPLY)
        desk.get_by_role("button", name="提交答复").click()
        world.move(timedelta(minutes=11))
        desk.reload()
        desk.get_by_role("button", name="形成开标记录").click()
        desk.wait_for_url("**/meeting/minutes/1*")
    site.tick()
    clerk.look(meeting, "meeting-over")
    clerk.look(f"{meeting}/minutes/1", "minutes")
    bidder.look(f"{meeting}/minutes/1", "minutes-firm")
    clerk.look(f"{site.tender}/conduct", "conduct-tender")
    eyes().look(f"{site.tender}/minutes/1", "minutes-public")
