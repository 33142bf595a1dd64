"""Asking for help under a pseudonym, and the queue of those who answer."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy import Row

from sunseal.database import Database, Role
from sunseal.help import rules, secrets, service
from sunseal.help.asking import asker, firm_asker
from sunseal.help.errors import NamesSomebody, TooManyTickets
from sunseal.help.schemas import AnswersView, CaseView, HeldView, QueuedView
from sunseal.keys import Keys
from sunseal.organizations.entering import Visitor
from sunseal.settings import Settings
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

ASK_CATEGORY = msg("请选择遇到的是哪类问题")
ASK_TEXT = msg("请写下问题")
ASK_ANSWER = msg("请写下回答")
TOO_LONG = msg("内容太长，最多 2000 个字")
ASK_PHONE = msg("请填写电话号码，或者留空")


class AskingPages(Controller):
    """Without a session, because nobody needs help more than who cannot sign in."""

    path = "/help"

    @get(sync_to_thread=True)
    def begin(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        settings: NamedDependency[Settings],
    ) -> Response[str]:
        return _begin(page, desk, box, keys, settings, Form())

    @post(sync_to_thread=True)
    def open(
        self,
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        settings: NamedDependency[Settings],
    ) -> Response[Any]:
        category = next((one for one in rules.CATEGORIES if one == form.text("category")), None)
        if category is None:
            form.refuse("category", page.gettext(ASK_CATEGORY))
        _check_text(page, form, "text", ASK_TEXT)
        if form.text("phone") and re.fullmatch(rules.PHONE, form.text("phone")) is None:
            form.refuse("phone", page.gettext(ASK_PHONE))
        if category is not None and form.is_good:
            who = asker(desk, box, keys, page.credential, Visitor.at_page(request, page.host))
            try:
                with box.unit_as(Role.PUBLIC) as uow:
                    said, phone = form.text("text"), form.text("phone")
                    opened = service.open_ticket(uow, who, category, said, phone)
                way = f"links/{opened.link}" if opened.link else f"tickets/{opened.number}"
                return page.redirect(f"/help/{way}?done=asked")
            except (NamesSomebody, TooManyTickets) as error:
                form.refuse("text", page.told(error))
        return _begin(page, desk, box, keys, settings, form)


class TicketPages(Controller):
    """A firm's own ticket."""

    path = "/help/tickets/{number:str}"

    @get(sync_to_thread=True)
    def show(
        self,
        number: FromPath[str],
        page: NamedDependency[Page],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
    ) -> Response[str]:
        return _ticket(page, box, firm_asker(box, keys, page.credential).secret, number, Form())

    @post(sync_to_thread=True)
    def say(
        self,
        number: FromPath[str],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
    ) -> Response[Any]:
        who = firm_asker(box, keys, page.credential)
        return _say(page, box, keys, who.secret, number, form, who.names)


class LinkPages(Controller):
    """A visitor's, whom nothing but the link brings back."""

    path = "/help/links/{link:str}"

    @get(sync_to_thread=True)
    def show(
        self, link: FromPath[str], page: NamedDependency[Page], box: NamedDependency[Database]
    ) -> Response[str]:
        secret = secrets.of_link(link)
        return _ticket(page, box, secret, _number(box, secret), Form())

    @post(sync_to_thread=True)
    def say(
        self,
        link: FromPath[str],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
    ) -> Response[Any]:
        secret = secrets.of_link(link)
        return _say(page, box, keys, secret, _number(box, secret), form)


class HelpDeskPages(Controller):
    path = "/work/help"

    @get(sync_to_thread=True)
    def queue(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        closed: FromQuery[bool] = False,
    ) -> Response[str]:
        with desk.unit_of_work(page.credential) as uow:
            found = [QueuedView.of(each) for each in service.queue(uow, closed=closed)]
            now = uow.now
        return page.show("help/queue.html", tickets=found, closed=closed, now=now)

    @get("/{number:str}", sync_to_thread=True)
    def read(
        self, number: FromPath[str], page: NamedDependency[Page], desk: NamedDependency[Database]
    ) -> Response[str]:
        return _case(page, desk, number, Form())

    @post("/{number:str}", sync_to_thread=True)
    def answer(
        self,
        number: FromPath[str],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        """An answer, or the end with or without a last word."""
        closes = form.text("word") == "close"
        if not closes or form.text("text"):
            _check_text(page, form, "text", ASK_ANSWER)
        if not form.is_good:
            return _case(page, desk, number, form)
        act = service.close if closes else service.answer
        try:
            with desk.unit_of_work(page.credential) as uow:
                act(uow, number, form.text("text"))
        except NamesSomebody as error:
            form.refuse("text", page.told(error))
            return _case(page, desk, number, form)
        done = "/work/help?done=closed" if closes else f"/work/help/{number}?done=answered"
        return page.redirect(done)


def _begin(
    page: Page, desk: Database, box: Database, keys: Keys, settings: Settings, form: Form
) -> Response[str]:
    is_firm = desk.role_of(page.credential) is Role.BIDDER
    held: list[HeldView] = []
    if is_firm:
        secret = firm_asker(box, keys, page.credential).secret
        with box.unit_as(Role.PUBLIC) as uow:
            held = [HeldView.of(each) for each in service.held(uow, secret)]
    return page.show(
        "help/ask.html",
        status=200 if form.is_good else 422,
        form=form,
        held=held,
        is_firm=is_firm,
        phone=settings.help_phone,
    )


def _number(box: Database, secret: bytes) -> str:
    with box.unit_as(Role.PUBLIC) as uow:
        return str(service.linked(uow, secret).number)


def _ticket(page: Page, box: Database, secret: bytes, number: str, form: Form) -> Response[str]:
    with box.unit_as(Role.PUBLIC) as uow:
        found: Sequence[Row[Any]] = service.words(uow, secret, number)
    return page.show(
        "help/ticket.html",
        status=200 if form.is_good else 422,
        ticket=AnswersView.of(number, found),
        form=form,
    )


def _say(
    page: Page,
    box: Database,
    keys: Keys,
    secret: bytes,
    number: str,
    form: Form,
    names: Iterable[str] = (),
) -> Response[Any]:
    _check_text(page, form, "text", ASK_TEXT)
    if form.is_good:
        try:
            with box.unit_as(Role.PUBLIC) as uow:
                service.say(uow, keys.promise, secret, number, form.text("text"), names)
            return page.redirect(f"{page.path}?done=asked")
        except (NamesSomebody, TooManyTickets) as error:
            form.refuse("text", page.told(error))
    return _ticket(page, box, secret, number, form)


def _case(page: Page, desk: Database, number: str, form: Form) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        case = CaseView.of(service.read(uow, number))
        may_answer = uow.actor.role is Role.CENTRE
    return page.show(
        "help/case.html",
        status=200 if form.is_good else 422,
        ticket=case,
        form=form,
        may_answer=may_answer,
    )


def _check_text(page: Page, form: Form, name: str, asked: str) -> None:
    form.require(((name, page.gettext(asked)),))
    if len(form.text(name)) > rules.MAX_TEXT:
        form.refuse(name, page.gettext(TOO_LONG))


PAGES: list[type[Controller]] = [AskingPages, TicketPages, LinkPages, HelpDeskPages]
