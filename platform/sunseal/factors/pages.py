"""The second half of signing in, and one's own factors."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery

from sunseal.database import Database
from sunseal.factors.errors import TooManyGuesses, WrongCode
from sunseal.factors.managing import Owner
from sunseal.factors.owners import half_of, newcomer, owner
from sunseal.factors.passkey_pages import PAGES as PASSKEY_PAGES
from sunseal.factors.service import Begun
from sunseal.factors.showing import (
    OWN,
    ask_again,
    label_of,
    show_begun,
    show_codes,
    show_enrolment,
    show_list,
    show_settled,
)
from sunseal.keys import Keys
from sunseal.organizations.entering import Visitor, first_page, kept, show_code
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

ASK_CODE = msg("请输入验证码")


class SecondFactorPages(Controller):
    path = "/sign-in/code"

    @get(sync_to_thread=True)
    def ask(
        self,
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        next: FromQuery[str] = "",  # noqa: A002
    ) -> Response[str]:
        return ask_again(request, page, Form({"next": next}), desk, box, 200)

    @post(sync_to_thread=True)
    def show(
        self,
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
    ) -> Response[Any]:
        form.require([("code", page.gettext(ASK_CODE))])
        if form.is_good:
            try:
                half, visitor = half_of(request, page), Visitor.at_page(request, page.host)
                issued, role = show_code(desk, box, keys, half, form.text("code"), visitor)
                wanted = first_page(role, form.text("next"))
                return page.redirect(wanted, kept(page.host, issued, role))
            except (WrongCode, TooManyGuesses) as error:
                form.refuse("code", page.told(error))
        return ask_again(request, page, form, desk, box)


class AppPages(Controller):
    """An app for codes is added, by whoever has signed in or needs one to."""

    @post(sync_to_thread=True)
    def begin(
        self,
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        owner: NamedDependency[Owner],
    ) -> Response[str]:
        return show_begun(page, owner, form, owner.begin(label_of(form)), 200)

    @post("/{factor_id:uuid}", sync_to_thread=True)
    def confirm(
        self,
        request: Request[Any, Any, Any],
        factor_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        owner: NamedDependency[Owner],
    ) -> Response[Any]:
        """The first code; with a first factor recovery codes are the answer."""
        visitor = Visitor.at_page(request, page.host)
        try:
            settled = owner.confirm(factor_id, form.text("code"), visitor)
        except WrongCode as error:
            form.refuse("code", page.told(error))
            return show_begun(page, owner, form, Begun(factor_id, "", ""))
        return show_settled(page, form, settled)


class EnrolmentPages(AppPages):
    """Where staff goes after the password as long as it has no factor."""

    path = "/sign-in/enrolment"
    dependencies = {"owner": Provide(newcomer, sync_to_thread=False)}  # noqa: RUF012

    @get(sync_to_thread=True)
    def explain(
        self,
        page: NamedDependency[Page],
        next: FromQuery[str] = "",  # noqa: A002
    ) -> Response[str]:
        return show_enrolment(page, Form({"next": next}), None, 200)


class FactorPages(AppPages):
    path = OWN
    dependencies = {"owner": Provide(owner, sync_to_thread=False)}  # noqa: RUF012

    @get(sync_to_thread=True)
    def listed(self, page: NamedDependency[Page], owner: NamedDependency[Owner]) -> Response[str]:
        return show_list(page, owner, Form(), 200)

    @post("/{factor_id:uuid}/remove", sync_to_thread=True)
    def remove(
        self, factor_id: FromPath[UUID], page: NamedDependency[Page], owner: NamedDependency[Owner]
    ) -> Response[Any]:
        owner.remove(factor_id)
        return page.redirect(f"{OWN}?done=removed")

    @post("/recovery-codes", sync_to_thread=True)
    def renew(self, page: NamedDependency[Page], owner: NamedDependency[Owner]) -> Response[str]:
        return show_codes(page, owner.renew(), OWN)


PAGES: list[type[Controller]] = [SecondFactorPages, EnrolmentPages, FactorPages, *PASSKEY_PAGES]
