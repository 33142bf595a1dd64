"""Who is silent while something is near, with the number to call; and a custodian's own page."""

import re
from datetime import timedelta
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from sunseal.custody import service
from sunseal.database import Database
from sunseal.settings import Settings
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page
from sunseal_crypto.roster import Roster

ASK_NAME = msg("请选择机构")
ASK_PERSON = msg("请填写联系人")
ASK_PHONE = msg("请填写电话号码")
PHONE = re.compile(r"[0-9+() -]{3,40}")
MAX_PERSON = 100


class WatchPages(Controller):
    path = "/work/custodians"

    @get(sync_to_thread=True)
    def watch(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        return _watch(page, desk, settings, roster, Form())

    @post(sync_to_thread=True)
    def enter(
        self,
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[Any]:
        """Whom to call at an institution from now on."""
        form.require((("name", page.gettext(ASK_NAME)), ("person", page.gettext(ASK_PERSON))))
        if len(form.text("person")) > MAX_PERSON:
            form.refuse("person", page.gettext(ASK_PERSON))
        if PHONE.fullmatch(form.text("phone")) is None:
            form.refuse("phone", page.gettext(ASK_PHONE))
        if not form.is_good:
            return _watch(page, desk, settings, roster, form)
        with desk.unit_of_work(page.credential) as uow:
            name, person, phone = (form.text(each) for each in ("name", "person", "phone"))
            service.enter(uow, roster, name, person, phone)
        return page.redirect("/work/custodians?done=entered")

    @get("/alarm", sync_to_thread=True)
    def alarm(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        """A piece of another page, fetched by whoever works there."""
        with desk.unit_of_work(page.credential) as uow:
            found, now = service.look(uow, roster, window(settings)), uow.now
        return page.show("custody/alarm.html", watch=found, now=now)


class OwnCustodyPages(Controller):
    path = "/custodian"

    @get(sync_to_thread=True)
    def own(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        with desk.unit_of_work(page.credential) as uow:
            found, now = service.own(uow, roster), uow.now
        return page.show("custody/own.html", own=found, now=now)


def window(settings: Settings) -> timedelta:
    """How long before a deadline or an opening a silent custodian is somebody's business."""
    return timedelta(minutes=settings.watch_minutes)


def _watch(
    page: Page, desk: Database, settings: Settings, roster: Roster, form: Form
) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        found, now = service.look(uow, roster, window(settings)), uow.now
        may_enter = uow.actor.role in service.ENTERERS
    return page.show(
        "custody/watch.html",
        status=200 if form.is_good else 422,
        watch=found,
        now=now,
        form=form,
        may_enter=may_enter,
        options=[(each.name, each.name) for each in found.institutions],
        minutes=settings.watch_minutes,
    )


PAGES: list[type[Controller]] = [WatchPages, OwnCustodyPages]
