"""Custodians on watch: the centre's desk, the hall, and what a custodian's own people see."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.web.eyes import Eyes, inspect
from tests.web.site import ORGANIZATION, TITLE, Site

LOOK = Callable[..., Eyes]
SILENT = "update custody.presence set seen_at = kit.now() - interval '7 min' where name = %s"


def near_the_deadline(site: Site) -> str:
    """Twenty minutes before it, everybody has polled but one; its name."""
    world = site.world
    [(now,)] = world.rows("select kit.now()")
    world.move(max(world.key.terms.deadline - timedelta(minutes=20) - now, timedelta(0)))
    site.tick()
    name = world.guards[0].name
    world.rows(SILENT, name)
    return name


def test_a_clerk_sees_whom_to_call_on_the_desk_and_in_the_hall(eyes: LOOK, site: Site) -> None:
    name = near_the_deadline(site)
    with eyes(site.staff("centre", "交易中心"), "centre").page() as page:
        page.goto("/work/custodians")
        page.locator("#name").select_option(name)
        page.locator("#person").fill("王工")
        page.locator("#phone").fill("021 5550 0000")
        page.get_by_role("button", name="保存电话").click()
        expect(page.get_by_text("电话已登记")).to_be_visible()
        inspect(page, "watch-desk")
        for path in ("/work/tenders", f"{site.tender}/hall"):
            page.goto(path)
            alarm = page.locator(".callout-bad")
            expect(alarm).to_contain_text(name)
            expect(alarm.get_by_role("link", name="021 5550 0000")).to_be_visible()
        inspect(page, "watch-hall")


@pytest.mark.slow
def test_the_pages_in_both_languages(eyes: LOOK, site: Site) -> None:
    name = near_the_deadline(site)
    place = uuid4()
    site.world.rows(ORGANIZATION, place, name, name, "custodian")
    custodian = eyes(site.staff("custodian", name, place), "custodian")
    clerk = eyes(site.staff("centre", "交易中心二部"), "centre")
    clerk.look("/work/custodians", "watch")
    clerk.look("/work/tenders", "watch-tenders")
    custodian.look("/custodian", "watch-own")
    with custodian.page() as page:
        page.goto("/custodian")
        expect(page.get_by_text(TITLE)).to_be_visible()
        expect(page.get_by_text("保存中")).to_be_visible()


@pytest.mark.slow
def test_nobody_but_staff_sees_a_number_in_the_hall(eyes: LOOK, site: Site) -> None:
    near_the_deadline(site)
    for role in ("", "bidder", "agent", "centre"):
        with eyes("made-up" if role else "", role).page() as page:
            page.goto(f"{site.tender}/hall")
            expect(page.get_by_text("王工")).to_have_count(0)
