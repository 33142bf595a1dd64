"""Passkeys on pages. A script asks the browser and sends its answer with the page's own form.

Each form has an address, and the question for it is asked below that, as JSON.
"""

import secrets as random
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide

from sunseal.database import Database
from sunseal.errors import SunsealError
from sunseal.factors import rules, secrets
from sunseal.factors.errors import ChallengeOver, CounterWentBack, PasskeyKnown, WrongPasskey
from sunseal.factors.managing import Owner
from sunseal.factors.owners import half_of, newcomer, owner, party
from sunseal.factors.showing import (
    OWN,
    ask_again,
    label_of,
    show_enrolment,
    show_list,
    show_settled,
)
from sunseal.keys import Keys
from sunseal.organizations import by_passkey
from sunseal.organizations.entering import Visitor, first_page, kept
from sunseal.settings import Settings
from sunseal.web import cookies
from sunseal.web.form import Form
from sunseal.web.page import NOT_KEPT, Page

REFUSED = (WrongPasskey, ChallengeOver, CounterWentBack)
TOKEN_BYTES = 32


class PasskeySignInPages(Controller):
    """Alone: nobody types who he is."""

    path = "/sign-in/passkey"

    @post("/ask", sync_to_thread=True)
    def ask(
        self,
        page: NamedDependency[Page],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[str]:
        """With a cookie, by which the answer is taken from this browser alone."""
        visit = random.token_urlsafe(TOKEN_BYTES)
        asked = by_passkey.ask_visitor(box, party(settings), secrets.digest(visit))
        answer = _json(asked)
        answer.set_cookie(_visit(page, visit, int(rules.CHALLENGE_LASTS.total_seconds())))
        return answer

    @post(sync_to_thread=True)
    def enter(
        self,
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        settings: NamedDependency[Settings],
    ) -> Response[Any]:
        visit = secrets.digest(cookies.read(request.cookies, cookies.VISIT, page.host) or "")
        visitor = Visitor.at_page(request, page.host)
        try:
            issued, role = by_passkey.enter(
                desk, box, keys, party(settings), form.text("answer"), visit, visitor
            )
        except REFUSED as error:
            _refuse(page, form, error)
            return page.show("organizations/sign_in.html", form=form, status=422)
        given = [*kept(page.host, issued, role), _visit(page, "", 0)]
        return page.redirect(first_page(role, form.text("next")), given)


class SecondPasskeyPages(Controller):
    """After the password."""

    path = "/sign-in/code/passkey"

    @post("/ask", sync_to_thread=True)
    def ask(
        self,
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[str]:
        return _json(by_passkey.ask_half(desk, box, party(settings), half_of(request, page)))

    @post(sync_to_thread=True)
    def show(
        self,
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        settings: NamedDependency[Settings],
    ) -> Response[Any]:
        half, visitor = half_of(request, page), Visitor.at_page(request, page.host)
        try:
            issued, role = by_passkey.show(
                desk, box, keys, party(settings), half, form.text("answer"), visitor
            )
        except REFUSED as error:
            _refuse(page, form, error)
            return ask_again(request, page, form, desk, box)
        return page.redirect(first_page(role, form.text("next")), kept(page.host, issued, role))


class AddingPages(Controller):
    """A passkey is added, by whoever has signed in or needs one to."""

    @post("/ask", sync_to_thread=True)
    def ask(self, owner: NamedDependency[Owner]) -> Response[str]:
        return _json(owner.ask())

    @post(sync_to_thread=True)
    def add(
        self,
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        owner: NamedDependency[Owner],
    ) -> Response[Any]:
        visitor = Visitor.at_page(request, page.host)
        try:
            settled = owner.add_passkey(form.text("answer"), label_of(form), visitor)
        except (*REFUSED, PasskeyKnown) as error:
            _refuse(page, form, error)
            return _again(page, owner, form)
        return show_settled(page, form, settled)


class PasskeyEnrolmentPages(AddingPages):
    path = "/sign-in/enrolment/passkey"
    dependencies = {"owner": Provide(newcomer, sync_to_thread=False)}  # noqa: RUF012


class PasskeyPages(AddingPages):
    path = f"{OWN}/passkey"
    dependencies = {"owner": Provide(owner, sync_to_thread=False)}  # noqa: RUF012


def _again(page: Page, owner: Owner, form: Form) -> Response[str]:
    """The page that was there before."""
    return show_enrolment(page, form, None) if owner.is_newcomer else show_list(page, owner, form)


def _refuse(page: Page, form: Form, error: SunsealError) -> None:
    form.refuse("passkey", page.told(error))


def _visit(page: Page, token: str, seconds: int) -> Cookie:
    return cookies.make(cookies.VISIT, token, page.host, seconds)


def _json(asked: str) -> Response[str]:
    """Not `application/json` by way of Litestar, which would write the text as a JSON string."""
    headers = {"Cache-Control": NOT_KEPT}
    return Response(
        asked, status_code=200, media_type="application/json; charset=utf-8", headers=headers
    )


PAGES: list[type[Controller]] = [
    PasskeySignInPages,
    SecondPasskeyPages,
    PasskeyEnrolmentPages,
    PasskeyPages,
]
