"""The second half of signing in, and one's own second factors."""

from typing import Any
from uuid import UUID

import segno
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from sunseal.database import Credential, Database
from sunseal.errors import Unauthenticated
from sunseal.factors import secrets, service
from sunseal.factors.errors import TooManyGuesses, WrongCode
from sunseal.factors.managing import as_newcomer, as_owner
from sunseal.factors.schemas import FactorView
from sunseal.factors.service import Begun
from sunseal.keys import Keys
from sunseal.organizations.entering import Visitor, enrol, first_page, kept, show_code
from sunseal.web import cookies
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

ASK_CODE = msg("请输入验证码")
PICTURE_SCALE = 5


class SecondFactorPages(Controller):
    path = "/sign-in"

    @get("/code", sync_to_thread=True)
    def ask(
        self,
        page: NamedDependency[Page],
        next: FromQuery[str] = "",  # noqa: A002
    ) -> Response[str]:
        return page.show("factors/code.html", form=Form({"next": next}))

    @post("/code", sync_to_thread=True)
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
                half, visitor = _half(request, page), Visitor.at_page(request, page.host)
                issued, role = show_code(desk, box, keys, half, form.text("code"), visitor)
                wanted = first_page(role, form.text("next"))
                return page.redirect(wanted, kept(page.host, issued, role))
            except (WrongCode, TooManyGuesses) as error:
                form.refuse("code", page.told(error))
        return page.show("factors/code.html", form=form, status=422)

    @get("/enrolment", sync_to_thread=True)
    def explain(
        self,
        page: NamedDependency[Page],
        next: FromQuery[str] = "",  # noqa: A002
    ) -> Response[str]:
        return page.show("factors/enrol.html", form=Form({"next": next}), begun=None, picture=None)

    @post("/enrolment", sync_to_thread=True)
    def begin(
        self,
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
    ) -> Response[str]:
        """Shows the picture to scan, once: it is on no page that can be gone back to."""
        with as_newcomer(desk, box, _half(request, page)) as (uow, whose):
            begun = service.begin(uow, keys.promise, whose, "")
        return page.show("factors/enrol.html", form=form, begun=begun, picture=_picture(begun))

    @post("/enrolment/{factor_id:uuid}", sync_to_thread=True)
    def confirm(
        self,
        request: Request[Any, Any, Any],
        factor_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        keys: NamedDependency[Keys],
    ) -> Response[Any]:
        """The first code; recovery codes are the answer, and the session with them."""
        half, visitor = _half(request, page), Visitor.at_page(request, page.host)
        try:
            issued, codes, role = enrol(desk, keys, half, factor_id, form.text("code"), visitor)
        except WrongCode as error:
            form.refuse("code", page.told(error))
            begun = Begun(factor_id, "", "")
            return page.show("factors/enrol.html", form=form, begun=begun, picture=None, status=422)
        shown = page.show(
            "factors/codes.html", codes=codes, onwards=first_page(role, form.text("next"))
        )
        for cookie in kept(page.host, issued, role):
            shown.set_cookie(cookie)
        return shown


class FactorPages(Controller):
    path = "/account/factors"

    @get(sync_to_thread=True)
    def listed(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
    ) -> Response[str]:
        with as_owner(desk, box, page.credential) as (uow, whose):
            found = [FactorView.of(each) for each in service.listed(uow, whose.person_id)]
            left = service.recovery_codes_left(uow, whose.person_id)
            needed = service.is_needed(whose.role)
        return page.show(
            "factors/list.html",
            form=Form(),
            factors=found,
            left=left,
            may_remove=len(found) > 1 or not needed,
        )

    @post(sync_to_thread=True)
    def begin(
        self,
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
    ) -> Response[str]:
        with as_owner(desk, box, page.credential) as (uow, whose):
            begun = service.begin(uow, keys.promise, whose, form.text("label")[:60])
        return page.show("factors/add.html", form=Form(), begun=begun, picture=_picture(begun))

    @post("/{factor_id:uuid}", sync_to_thread=True)
    def confirm(
        self,
        factor_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
    ) -> Response[Any]:
        try:
            with as_owner(desk, box, page.credential) as (uow, whose):
                codes = service.confirm(uow, keys.promise, whose, factor_id, form.text("code"))
        except WrongCode as error:
            form.refuse("code", page.told(error))
            begun = Begun(factor_id, "", "")
            return page.show("factors/add.html", form=form, begun=begun, picture=None, status=422)
        if codes:
            return page.show("factors/codes.html", codes=codes, onwards="/account/factors")
        return page.redirect("/account/factors?done=added")

    @post("/{factor_id:uuid}/remove", sync_to_thread=True)
    def remove(
        self,
        factor_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        with as_owner(desk, box, page.credential) as (uow, whose):
            service.remove(uow, whose, factor_id)
        return page.redirect("/account/factors?done=removed")

    @post("/recovery-codes", sync_to_thread=True)
    def renew(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
    ) -> Response[str]:
        with as_owner(desk, box, page.credential) as (uow, whose):
            codes = service.renew_recovery_codes(uow, keys.promise, whose)
        return page.show("factors/codes.html", codes=codes, onwards="/account/factors")


def _half(request: Request[Any, Any, Any], page: Page) -> Credential:
    """The session that waits. Raises Unauthenticated."""
    token = cookies.read(request.cookies, cookies.HALF, page.host)
    if token is None:
        raise Unauthenticated()
    return Credential(secrets.digest(token))


def _picture(begun: Begun) -> Markup:
    """What a telephone scans. segno writes numbers and the colour alone, nothing that was typed."""
    return Markup(segno.make(begun.uri, micro=False).svg_inline(scale=PICTURE_SCALE))  # noqa: S704


PAGES: list[type[Controller]] = [SecondFactorPages, FactorPages]
