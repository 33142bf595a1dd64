"""What an administrator has sent where, and what became of it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from sunseal.database import Database, Role
from sunseal.settings import Settings
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page
from sunseal.webhooks import rules, service
from sunseal.webhooks.errors import AskedTooSoon, UnusableAddress, WebhookOff
from sunseal.webhooks.schemas import DeliveryView, WebhookView
from sunseal_crypto.roster import Roster

ASK_URL = msg("请填写接收消息的地址")
ASK_EVENTS = msg("请至少选择一种事件")
ROOT = "/account/webhooks"
CHOSEN = "event-"


def side(
    page: NamedDependency[Page], desk: NamedDependency[Database], box: NamedDependency[Database]
) -> Database:
    """The reader's login: a firm and an office have the same pages."""
    return page.side(desk, box)


class WebhookPages(Controller):
    path = ROOT
    dependencies = {"side": Provide(side, sync_to_thread=True)}  # noqa: RUF012

    @get(sync_to_thread=True)
    def listed(
        self,
        page: NamedDependency[Page],
        side: NamedDependency[Database],
    ) -> Response[str]:
        return _listed(page, side, Form())

    @post(sync_to_thread=True)
    def add(
        self,
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        side: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        """The secret is on the answer and on no page that can be gone back to."""
        events = [name.removeprefix(CHOSEN) for name in form.values if name.startswith(CHOSEN)]
        form.require((("url", page.gettext(ASK_URL)),))
        if not events:
            form.refuse("events", page.gettext(ASK_EVENTS))
        if form.is_good:
            try:
                with side.unit_of_work(page.credential) as uow:
                    loopback = settings.webhook_loopback
                    made = service.register(
                        uow, roster.worker, form.text("url"), events, loopback=loopback
                    )
                return page.show("webhooks/secret.html", webhook=made.webhook, secret=made.secret)
            except UnusableAddress as error:
                form.refuse("url", page.told(error))
        return _listed(page, side, form)

    @get("/{webhook_id:uuid}", sync_to_thread=True)
    def one(
        self,
        webhook_id: FromPath[UUID],
        page: NamedDependency[Page],
        side: NamedDependency[Database],
    ) -> Response[str]:
        return _one(page, side, webhook_id, Form())

    @post("/{webhook_id:uuid}/secret", sync_to_thread=True)
    def rotate(
        self,
        webhook_id: FromPath[UUID],
        page: NamedDependency[Page],
        side: NamedDependency[Database],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        with side.unit_of_work(page.credential) as uow:
            made = service.rotate(uow, roster.worker, webhook_id)
        return page.show("webhooks/secret.html", webhook=made.webhook, secret=made.secret)

    @post("/{webhook_id:uuid}/test", sync_to_thread=True)
    def test(
        self,
        webhook_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        side: NamedDependency[Database],
    ) -> Response[Any]:
        try:
            with side.unit_of_work(page.credential) as uow:
                service.test(uow, webhook_id)
        except (AskedTooSoon, WebhookOff) as error:
            form.refuse("test", page.told(error))
            return _one(page, side, webhook_id, form)
        return page.redirect(f"{ROOT}/{webhook_id}?done=asked#deliveries")

    @post("/{webhook_id:uuid}/on", sync_to_thread=True)
    def switch_on(
        self,
        webhook_id: FromPath[UUID],
        page: NamedDependency[Page],
        side: NamedDependency[Database],
    ) -> Response[Any]:
        with side.unit_of_work(page.credential) as uow:
            service.switch_on(uow, webhook_id)
        return page.redirect(f"{ROOT}/{webhook_id}?done=on")

    @post("/{webhook_id:uuid}/remove", sync_to_thread=True)
    def remove(
        self,
        webhook_id: FromPath[UUID],
        page: NamedDependency[Page],
        side: NamedDependency[Database],
    ) -> Response[Any]:
        with side.unit_of_work(page.credential) as uow:
            service.remove(uow, webhook_id)
        return page.redirect(f"{ROOT}?done=removed")

    @post("/{webhook_id:uuid}/deliveries/{delivery_id:uuid}/repeat", sync_to_thread=True)
    def repeat(
        self,
        webhook_id: FromPath[UUID],
        delivery_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        side: NamedDependency[Database],
    ) -> Response[Any]:
        try:
            with side.unit_of_work(page.credential) as uow:
                service.ask_again(uow, delivery_id)
        except (AskedTooSoon, WebhookOff) as error:
            form.refuse("deliveries", page.told(error))
            return _one(page, side, webhook_id, form)
        return page.redirect(f"{ROOT}/{webhook_id}?done=asked#deliveries")


def _listed(page: Page, side: Database, form: Form) -> Response[str]:
    with side.unit_of_work(page.credential) as uow:
        found = [WebhookView.of(each) for each in service.listed(uow)]
        role = uow.actor.role
    return page.show(
        "webhooks/list.html",
        form=form,
        webhooks=found,
        events=[each.value for each in rules.events_for(role)],
        of_firm=role is Role.BIDDER,
        most=rules.MOST,
        status=200 if form.is_good else 422,
    )


def _one(page: Page, side: Database, webhook_id: UUID, form: Form) -> Response[str]:
    with side.unit_of_work(page.credential) as uow:
        hook = WebhookView.of(service.one(uow, webhook_id))
        sent = [DeliveryView.of(each) for each in service.deliveries(uow, webhook_id)]
    return page.show(
        "webhooks/one.html",
        form=form,
        webhook=hook,
        deliveries=sent,
        status=200 if form.is_good else 422,
    )


PAGES: list[type[Controller]] = [WebhookPages]
