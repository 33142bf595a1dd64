"""The operator's pages: how the service is, staff organizations and their people."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from sunseal.administration import rules, service
from sunseal.administration.errors import TakesTwo
from sunseal.database import Database, Role, UnitOfWork
from sunseal.errors import NotFound
from sunseal.organizations import hashing, registration
from sunseal.organizations.errors import AlreadyRegistered, WeakPassword
from sunseal.organizations.service import NewPerson
from sunseal.screening.schemas import ListView
from sunseal.settings import Settings
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page
from sunseal_crypto.roster import Roster

KINDS = {
    "tendering_party": msg("招标人"),
    "agent": msg("代理机构"),
    "centre": msg("交易中心"),
    "operator": msg("平台运营方"),
    "supervisor": msg("监督部门"),
    "custodian": msg("托管方或见证方"),
    "bidder": msg("投标企业"),
}
DEEDS: dict[str, Callable[[UnitOfWork, UUID], object]] = {
    "disable": service.disable,
    "enable": service.enable,
    "appoint": partial(service.appoint, administrator=True),
    "dismiss": partial(service.appoint, administrator=False),
}
ASK_NAME = msg("请填写机构名称")
ASK_KIND = msg("请选择机构类别")
ASK_PERSON = msg("请填写姓名")
ASK_PASSWORD = msg("请填写密码")
NOT_THE_SAME = msg("两次输入的密码不一样")
PAGE = 50


class HealthPages(Controller):
    path = "/admin/health"

    @get(sync_to_thread=True)
    def health(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        with desk.unit_of_work(page.credential) as uow:
            found = service.health(uow, roster, settings.tick_seconds)
            lists, now = [ListView.of(each) for each in found.lists], uow.now
        return page.show("administration/health.html", health=found, lists=lists, now=now)


class StaffPages(Controller):
    path = "/admin/organizations"

    @get(sync_to_thread=True)
    def listed(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        q: FromQuery[str] = "",
        kind: FromQuery[str] = "",
        number: FromQuery[int] = 1,
    ) -> Response[str]:
        return _listed(page, desk, Form({"q": q, "kind": kind}), max(number, 1))

    @post()
    async def register(
        self,
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[Any]:
        """A staff organization and its first person, who is invited."""
        form.require((("name", page.gettext(ASK_NAME)), ("person", page.gettext(ASK_PERSON))))
        registration.check_email(page, form)
        if form.text("new_kind") not in rules.KINDS:
            form.refuse("new_kind", page.gettext(ASK_KIND))
        if not form.is_good:
            return await sync_to_thread(_listed, page, desk, form, 1)
        person = await _hashed(form)

        def register() -> Response[Any]:
            try:
                with desk.unit_of_work(page.credential) as uow:
                    name, kind = form.text("name"), form.text("new_kind")
                    made, link = service.register(uow, name, kind, person)
            except (AlreadyRegistered, TakesTwo) as error:
                form.refuse("email", page.told(error))
                return _listed(page, desk, form, 1)
            back = f"/admin/organizations/{made.id}"
            return _invited(page, settings, person, link, back)

        return await sync_to_thread(register)

    @get("/{organization_id:uuid}", sync_to_thread=True)
    def read(
        self,
        organization_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        return _one(page, desk, organization_id, Form())

    @post("/{organization_id:uuid}/people")
    async def add_person(
        self,
        organization_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[Any]:
        form.require((("person", page.gettext(ASK_PERSON)),))
        registration.check_email(page, form)
        if not form.is_good:
            return await sync_to_thread(_one, page, desk, organization_id, form)
        person = await _hashed(form)

        def add() -> Response[Any]:
            administrator = form.checked("administrator")
            try:
                with desk.unit_of_work(page.credential) as uow:
                    link = service.add_person(uow, organization_id, person, administrator)
            except (AlreadyRegistered, TakesTwo) as error:
                form.refuse("email", page.told(error))
                return _one(page, desk, organization_id, form)
            back = f"/admin/organizations/{organization_id}"
            return _invited(page, settings, person, link, back)

        return await sync_to_thread(add)

    @post("/{organization_id:uuid}/people/{person_id:uuid}", sync_to_thread=True)
    def change(
        self,
        organization_id: FromPath[UUID],
        person_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        """Disable, enable, appoint or dismiss somebody."""
        deed = DEEDS.get(form.text("word"))
        if deed is None:
            raise NotFound("Somebody is disabled, enabled, appointed or dismissed, and no more.")
        with desk.unit_of_work(page.credential) as uow:
            deed(uow, person_id)
        return page.redirect(f"/admin/organizations/{organization_id}?done=changed")


class InvitationPages(Controller):
    path = "/invitations/{link:str}"

    @get(sync_to_thread=True)
    def ask(self, link: FromPath[str], page: NamedDependency[Page]) -> Response[str]:
        """Whether the link is good, its use tells: looking at it spends nothing."""
        return page.show("administration/invitation.html", form=Form(), link=link)

    @post()
    async def accept(
        self,
        link: FromPath[str],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        form.require((("password", page.gettext(ASK_PASSWORD)),))
        if form.values.get("password") != form.values.get("again"):
            form.refuse("again", page.gettext(NOT_THE_SAME))
        if form.is_good:
            person = NewPerson("", "", form.values["password"])
            try:
                chosen = await hashing.apart(lambda: person.password_hash)
                await sync_to_thread(_accept, desk, link, chosen)
                return page.redirect("/sign-in?done=registered")
            except WeakPassword as error:
                form.refuse("password", page.told(error))
        return page.show("administration/invitation.html", form=form, link=link, status=422)


def _accept(desk: Database, link: str, password_hash: str) -> None:
    with desk.unit_as(Role.DOOR) as uow:
        service.accept(uow, link, password_hash)


async def _hashed(form: Form) -> NewPerson:
    """Hashed before a unit is open: it takes long."""
    person = service.newcomer(form.text("person"), form.text("email"))
    await hashing.apart(lambda: person.password_hash)
    return person


def _invited(
    page: Page, settings: Settings, person: NewPerson, link: str, back: str
) -> Response[str]:
    """The link is shown this once; where it leads, no request says."""
    address = f"{settings.public_url}/invitations/{link}"
    return page.show("administration/invited.html", person=person, address=address, back=back)


def _listed(page: Page, desk: Database, form: Form, number: int) -> Response[str]:
    words, kind = form.text("q"), form.text("kind") if form.text("kind") in KINDS else ""
    with desk.unit_of_work(page.credential) as uow:
        found = service.listed(uow, words, kind, (number - 1) * PAGE, PAGE + 1)
    return page.show(
        "administration/organizations.html",
        status=200 if form.is_good else 422,
        form=form,
        organizations=found[:PAGE],
        number=number,
        more=len(found) > PAGE,
        kinds=KINDS,
        kind_options=[(name, page.gettext(KINDS[name])) for name in KINDS],
        new_options=[(name, page.gettext(KINDS[name])) for name in rules.KINDS],
    )


def _one(page: Page, desk: Database, organization_id: UUID, form: Form) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        found, people = service.read(uow, organization_id)
        me = uow.person_id
    return page.show(
        "administration/organization.html",
        status=200 if form.is_good else 422,
        form=form,
        organization=found,
        people=people,
        me=me,
        alone=found.kind in rules.KINDS,
        kinds=KINDS,
    )


PAGES: list[type[Controller]] = [HealthPages, StaffPages, InvitationPages]
