"""Registering a firm, signing in and out, and one's own account."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from sunseal.database import Database, Role
from sunseal.errors import Invalid, SunsealError
from sunseal.factors.errors import TooManyGuesses
from sunseal.keys import Keys
from sunseal.organizations import countries, naming_owners, own, registration, rules, service
from sunseal.organizations.declared import Numbers
from sunseal.organizations.entering import Typed, Visitor, enter, first_page, kept
from sunseal.organizations.errors import (
    AlreadyRegistered,
    InvalidUscc,
    TooManySignIns,
    WrongCredentials,
)
from sunseal.organizations.firm_pages import ASK_EMAIL, ASK_PASSWORD, ClearancePages, FirmPages
from sunseal.organizations.schemas import MeView
from sunseal.screening import person_ids
from sunseal.screening.person_ids import NoPersonKey
from sunseal.settings import Settings
from sunseal.web import cookies
from sunseal.web.form import Form
from sunseal.web.page import Page
from sunseal_crypto.roster import Roster


class SignInPages(Controller):
    path = "/"

    @get("/sign-in", sync_to_thread=True)
    def form(
        self,
        page: NamedDependency[Page],
        next: FromQuery[str] = "",  # noqa: A002
    ) -> Response[str]:
        return page.show("organizations/sign_in.html", form=Form({"next": next}))

    @post("/sign-in")
    async def sign_in(
        self,
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
        keys: NamedDependency[Keys],
    ) -> Response[Any]:
        form.require((("email", page.gettext(ASK_EMAIL)), ("password", page.gettext(ASK_PASSWORD))))
        if not form.is_good:
            return await sync_to_thread(_sign_in_again, page, form)
        typed = Typed(form.text("email"), form.values["password"])
        visitor = Visitor.of(
            request, cookies.read(request.cookies, cookies.DEVICE, page.host) or ""
        )
        try:
            issued, role = await enter(desk, box, settings, keys, typed, visitor)
        except (WrongCredentials, TooManySignIns, TooManyGuesses) as error:
            form.refuse("email", page.told(error))
            return await sync_to_thread(_sign_in_again, page, form, error.status_code)
        wanted = form.text("next")
        if issued.needs:
            path = f"/sign-in/{issued.needs}?" + urlencode({"next": wanted})
            return page.redirect(path, [cookies.waiting(page.host, issued.token)])
        return page.redirect(first_page(role, wanted), kept(page.host, issued, role))

    @post("/sign-out", sync_to_thread=True)
    def sign_out(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        """Also for a session that is over already: the browser forgets it."""
        try:
            with page.side(desk, box).unit_of_work(page.credential) as uow:
                service.sign_out(uow)
        except SunsealError:
            pass
        return page.redirect("/", cookies.signed_out(page.host))


def _sign_in_again(page: Page, form: Form, status: int = 422) -> Response[str]:
    return page.show("organizations/sign_in.html", form=form, status=status)


class RegistrationPages(Controller):
    """Four short pages. What was typed travels in the form, so that nothing is stored before."""

    path = "/register"

    @get(sync_to_thread=True)
    def begin(self, page: NamedDependency[Page]) -> Response[str]:
        return _registration(page, Form(), "firm")

    @get("/uscc", sync_to_thread=True)
    def check(self, page: NamedDependency[Page], uscc: FromQuery[str] = "") -> Response[str]:
        """What the field says while it is typed in; a code that is still too short is no fault."""
        fault, good = "", False
        typed = uscc.strip()
        try:
            good = len(typed) >= registration.USCC_LENGTH and bool(rules.check_uscc(typed))
        except InvalidUscc as error:
            fault = page.told(error)
        return page.show("organizations/uscc.html", fault=fault, good=good)

    @post()
    async def go_on(
        self,
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[Any]:
        step = registration.wanted(form)
        form.errors = registration.faults(page, form, step)
        if step != "confirm" or registration.goes_back(form) or not form.is_good:
            shown = registration.after(form, step)
            return await sync_to_thread(_registration, page, form, shown)
        try:
            firm = await registration.hashed(form)
            numbers = Numbers(person_ids.find(settings.keys), roster.worker)
            await sync_to_thread(_register, box, firm, numbers)
        except (AlreadyRegistered, Invalid, NoPersonKey) as error:
            form.refuse(registration.field_of(form, error), page.told(error))
            return await sync_to_thread(_registration, page, form, registration.at_fault(form))
        return page.redirect("/sign-in?done=registered")


def _registration(page: Page, form: Form, step: str) -> Response[str]:
    status = 200 if form.is_good else 422
    fields = registration.fields_by_step(form)
    registration.forget_numbers(form)
    return page.show(
        "organizations/register.html",
        form=form,
        step=step,
        fields=fields,
        owners=naming_owners.groups(form),
        named=naming_owners.named(form),
        countries=countries.names(page.language),
        abroad=countries.abroad(page.language),
        status=status,
    )


def _register(box: Database, firm: registration.Firm, numbers: Numbers) -> None:
    with box.unit_as(Role.DOOR) as uow:
        service.register_firm(uow, *firm, numbers)


class AccountPages(Controller):
    path = "/account"

    @get(sync_to_thread=True)
    def account(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
    ) -> Response[str]:
        with page.side(desk, box).unit_of_work(page.credential) as uow:
            me, sessions = MeView.of(service.whoami(uow)), own.sessions(uow)
            current = uow.actor.session_id
        return page.show("organizations/account.html", me=me, sessions=sessions, current=current)

    @post("/sessions/{session_id:uuid}/end", sync_to_thread=True)
    def end(
        self,
        session_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        with page.side(desk, box).unit_of_work(page.credential) as uow:
            own.end_session(uow, session_id)
        return page.redirect("/account?done=ended")


PAGES: list[type[Controller]] = [
    SignInPages,
    RegistrationPages,
    AccountPages,
    FirmPages,
    ClearancePages,
]
