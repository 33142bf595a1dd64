"""The registry of conduct: for a firm, for supervisors, and for an opened tender's parties."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from sunseal.conduct import service
from sunseal.conduct.errors import AlreadyJudged
from sunseal.conduct.schemas import FactView
from sunseal.database import Database
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

ASK_GROUNDS = msg("请写明理由和证据")
ASK_REASON = msg("请写明理由")
MOST = 200


class OwnConductPages(Controller):
    path = "/firm/conduct"

    @get(sync_to_thread=True)
    def own(self, page: NamedDependency[Page], box: NamedDependency[Database]) -> Response[str]:
        return _own(page, box, Form())

    @post("/{fact_id:uuid}/objections", sync_to_thread=True)
    def object_to(
        self,
        fact_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        name = f"said-{fact_id}"
        form.require(((name, page.gettext(ASK_GROUNDS)),))
        if not form.is_good:
            return _own(page, box, form)
        with box.unit_of_work(page.credential) as uow:
            service.object_to(uow, fact_id, form.text(name))
        return page.redirect("/firm/conduct?done=objected")


class ConductPages(Controller):
    path = "/work/conduct"

    @get(sync_to_thread=True)
    def listed(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        kind: FromQuery[str] = "",
        standing: FromQuery[str] = "",
    ) -> Response[str]:
        return _listed(page, desk, Form({"kind": kind, "standing": standing}))

    @post("/{fact_id:uuid}/judgements", sync_to_thread=True)
    def judge(
        self,
        fact_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        """Let a fact stand, or strike it with a second person's word."""
        name = f"said-{fact_id}"
        form.require(((name, page.gettext(ASK_REASON)),))
        if not form.is_good:
            return _listed(page, desk, form)
        word: service.Word = "struck" if form.text("word") == "struck" else "stands"
        try:
            with desk.unit_of_work(page.credential) as uow:
                service.judge(uow, fact_id, word, form.text(name))
        except AlreadyJudged as error:
            form.refuse(name, page.told(error))
            return _listed(page, desk, form)
        return page.redirect("/work/conduct?done=judged")


class TenderConductPages(Controller):
    path = "/tenders/{tender_id:uuid}/conduct"

    @get(sync_to_thread=True)
    def of_tender(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        with desk.unit_of_work(page.credential) as uow:
            found = [FactView.of(each) for each in service.of_tender(uow, tender_id)]
            firms = service.firms(uow, [fact.organization_id for fact in found])
        return page.show("conduct/tender.html", facts=found, firms=firms, tender_id=tender_id)


def _own(page: Page, box: Database, form: Form) -> Response[str]:
    with box.unit_of_work(page.credential) as uow:
        found = [FactView.of(each) for each in service.own(uow)]
    status = 200 if form.is_good else 422
    return page.show("conduct/own.html", status=status, facts=found, form=form)


def _listed(page: Page, desk: Database, form: Form) -> Response[str]:
    kind, standing = form.text("kind"), form.text("standing")
    with desk.unit_of_work(page.credential) as uow:
        found = [FactView.of(each) for each in service.everything(uow, None, kind or None)]
        firms = service.firms(uow, [fact.organization_id for fact in found])
        me = uow.person_id
    shown = [fact for fact in found if standing in ("", fact.state)]
    return page.show(
        "conduct/all.html",
        status=200 if form.is_good else 422,
        facts=shown[:MOST],
        more=len(shown) - MOST,
        firms=firms,
        form=form,
        me=me,
    )


PAGES: list[type[Controller]] = [OwnConductPages, ConductPages, TenderConductPages]
