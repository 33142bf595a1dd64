"""A firm's own pages: its people, the practitioners it may name, and how it stands on the lists."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.adjudications import service as adjudications
from sunseal.adjudications.schemas import StandingView
from sunseal.blacklist import service as blacklist
from sunseal.blacklist.schemas import OwnPenaltyView
from sunseal.clearance import service as clearance
from sunseal.database import Database
from sunseal.errors import Invalid
from sunseal.keys import Keys
from sunseal.organizations import own, registration, service
from sunseal.organizations.declared import Numbers
from sunseal.organizations.errors import AlreadyRegistered, InvalidPersonId
from sunseal.organizations.service import NewPerson
from sunseal.screening import person_ids
from sunseal.settings import Settings
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import NOT_KEPT, Page
from sunseal_crypto.roster import Roster

ASK_EMAIL = msg("请填写电子邮箱")
ASK_PASSWORD = msg("请填写密码")
ASK_PERSON = msg("请填写姓名")
ASK_GROUNDS = msg("请写明申诉的理由")
TOO_MUCH = msg("内容太长，最多 4000 个字")
MAX_GROUNDS = 4000


class FirmPages(Controller):
    path = "/firm"

    @get(sync_to_thread=True)
    def firm(self, page: NamedDependency[Page], box: NamedDependency[Database]) -> Response[str]:
        return _firm(page, box, Form())

    @post("/people")
    async def add_person(
        self,
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        """Add a colleague; administrators only."""
        asked = {"name": ASK_PERSON, "email": ASK_EMAIL, "password": ASK_PASSWORD}
        form.require([(name, page.gettext(sentence)) for name, sentence in asked.items()])
        registration.check_email(page, form)

        def add(person: NewPerson) -> None:
            with box.unit_of_work(page.credential) as uow:
                service.add_person(uow, person, form.checked("administrator"))

        if form.is_good:
            try:
                person = NewPerson(form.text("name"), form.text("email"), form.values["password"])
                await registration.hash_password(person)
                await sync_to_thread(add, person)
            except (AlreadyRegistered, Invalid) as error:
                form.refuse(registration.field_of(form, error), page.told(error))
            else:
                return page.redirect("/firm?done=person")
        return await sync_to_thread(_firm, page, box, form)

    @post("/practitioners", sync_to_thread=True)
    def add_practitioner(
        self,
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[Any]:
        """Declare whom the firm may name in its bids."""
        form.require((("practitioner", page.gettext(ASK_PERSON)),))
        numbers = Numbers(person_ids.find(settings.keys), roster.worker)
        name, number = form.text("practitioner"), form.text("number")
        # Shown to nobody again, not even to who typed it.
        form.values.pop("number", None)
        if form.is_good:
            try:
                with box.unit_of_work(page.credential) as uow:
                    service.add_practitioner(uow, name, number, numbers)
            except InvalidPersonId as error:
                form.refuse("number", page.told(error))
            except Invalid as error:
                form.refuse("practitioner", page.told(error))
        if not form.is_good:
            return _firm(page, box, form)
        return page.redirect("/firm?done=practitioner#practitioners")

    @post("/practitioners/{practitioner_id:uuid}/remove", sync_to_thread=True)
    def remove_practitioner(
        self,
        practitioner_id: FromPath[UUID],
        page: NamedDependency[Page],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        with box.unit_of_work(page.credential) as uow:
            own.remove_practitioner(uow, practitioner_id)
        return page.redirect("/firm?done=removed#practitioners")


class ClearancePages(Controller):
    """Before two people have decided, every firm reads the same sentence here."""

    path = "/firm/clearance"

    @get(sync_to_thread=True)
    def standing(
        self, page: NamedDependency[Page], box: NamedDependency[Database]
    ) -> Response[str]:
        return _standing(page, box, Form())

    @get("/certificate", sync_to_thread=True)
    def certificate(
        self,
        page: NamedDependency[Page],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
        keys: NamedDependency[Keys],
    ) -> Response[bytes]:
        """On paper, with the signed one attached; refused in the same words whatever the reason."""
        with box.unit_of_work(page.credential) as uow:
            made = clearance.own(uow, settings.origin, keys)
        headers = {
            "Cache-Control": NOT_KEPT,
            "Content-Disposition": 'attachment; filename="clearance.pdf"',
        }
        paper = clearance.on_paper(made, keys)
        return Response(paper, media_type="application/pdf", headers=headers)

    @post("/decisions/{adjudication_id:uuid}/appeal", sync_to_thread=True)
    def appeal(
        self,
        adjudication_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        """Appeal against what two people decided."""
        if not _has_grounds(page, form, adjudication_id):
            return _standing(page, box, form)
        with box.unit_of_work(page.credential) as uow:
            adjudications.appeal(uow, adjudication_id, form.text(f"grounds-{adjudication_id}"))
        return page.redirect("/firm/clearance?done=appealed")

    @post("/penalties/{entry_id:uuid}/appeal", sync_to_thread=True)
    def appeal_penalty(
        self,
        entry_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        """Appeal against an entry of the district's blacklist."""
        if not _has_grounds(page, form, entry_id):
            return _standing(page, box, form)
        with box.unit_of_work(page.credential) as uow:
            blacklist.appeal(uow, entry_id, form.text(f"grounds-{entry_id}"))
        return page.redirect("/firm/clearance?done=appealed")


def _has_grounds(page: Page, form: Form, about: UUID) -> bool:
    """Each decision has its own field, and its fault is said there."""
    field = f"grounds-{about}"
    form.require(((field, page.gettext(ASK_GROUNDS)),))
    if len(form.text(field)) > MAX_GROUNDS:
        form.refuse(field, page.gettext(TOO_MUCH))
    return form.is_good


def _firm(page: Page, box: Database, form: Form) -> Response[str]:
    with box.unit_of_work(page.credential) as uow:
        firm, administrator = own.firm(uow), uow.actor.administrator
    status = 200 if form.is_good else 422
    return page.show(
        "organizations/firm.html", form=form, firm=firm, administrator=administrator, status=status
    )


def _standing(page: Page, box: Database, form: Form) -> Response[str]:
    with box.unit_of_work(page.credential) as uow:
        standing = StandingView.of(adjudications.own_standing(uow))
        penalties = [OwnPenaltyView.of(*each) for each in blacklist.own_penalties(uow)]
    status = 200 if form.is_good else 422
    return page.show(
        "organizations/clearance.html",
        form=form,
        decisions=standing.decisions,
        penalties=penalties,
        status=status,
    )
