"""The screening desk: the queue, one candidate beside its entry, appeals, and the lists' health."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from sunseal.adjudications import service
from sunseal.adjudications.errors import (
    AlreadyDecided,
    Lapsed,
    NoSuchEntry,
    PartyToATender,
    SamePerson,
)
from sunseal.adjudications.schemas import AppealView, QueueView, SideView
from sunseal.adjudications.service import QueueWish
from sunseal.database import Database, Role
from sunseal.screening import service as screening
from sunseal.screening.rules import Decision
from sunseal.screening.schemas import ListHistoryView, ListView
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

MOST = 50
ASK_VERDICT = msg("请选择结论")
ASK_REASON = msg("请写明理由")
VERDICTS = ("hit", "clear")
REFUSALS = (AlreadyDecided, Lapsed, NoSuchEntry, PartyToATender, SamePerson)


class ScreeningDeskPages(Controller):
    path = "/work/screening"

    @get(sync_to_thread=True)
    def queue(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        decision: FromQuery[str] = "",
        standing: FromQuery[str] = "",
        source: FromQuery[str] = "",
        after: FromQuery[str] = "",
    ) -> Response[str]:
        """In the order of names: an order by time would follow what firms do."""
        asked = Form({"decision": decision, "standing": standing, "source": source})
        wish = QueueWish(decision or None, standing or None, source or None, None, after, MOST)
        with desk.unit_of_work(page.credential) as uow:
            found = QueueView.of(list(service.queue(uow, wish)), MOST)
            lists = [ListView.of(each) for each in screening.health(uow)]
        titles = {each.source: each.title for each in lists}
        return page.show("adjudications/queue.html", queue=found, form=asked, titles=titles)

    @get("/candidates/{candidate:str}", sync_to_thread=True)
    def candidate(
        self, candidate: FromPath[str], page: NamedDependency[Page], desk: NamedDependency[Database]
    ) -> Response[str]:
        return _side(page, desk, candidate, Form())

    @post("/candidates/{candidate:str}/proposals", sync_to_thread=True)
    def propose(
        self,
        candidate: FromPath[str],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        if form.text("verdict") not in VERDICTS:
            form.refuse("verdict", page.gettext(ASK_VERDICT))
        form.require((("reason", page.gettext(ASK_REASON)),))
        if not form.is_good:
            return _side(page, desk, candidate, form)
        try:
            with desk.unit_of_work(page.credential) as uow:
                row = service.candidate(uow, candidate).candidate
                service.propose(
                    uow,
                    row["organization_id"],
                    row["source"],
                    row["reference"],
                    Decision(form.text("verdict")),
                    form.text("reason"),
                )
        except REFUSALS as error:
            form.refuse("reason", page.told(error))
            return _side(page, desk, candidate, form)
        return page.redirect(f"/work/screening/candidates/{candidate}?done=proposed")

    @post("/candidates/{candidate:str}/adjudications/{adjudication_id:uuid}", sync_to_thread=True)
    def decide(
        self,
        candidate: FromPath[str],
        adjudication_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        """The second pair of eyes: confirms, or refuses with a reason."""
        refused = form.text("word") != "confirm"
        if refused:
            form.require((("refusal", page.gettext(ASK_REASON)),))
        if not form.is_good:
            return _side(page, desk, candidate, form)
        try:
            with desk.unit_of_work(page.credential) as uow:
                if refused:
                    service.reject(uow, adjudication_id, form.text("refusal"))
                else:
                    service.confirm(uow, adjudication_id)
        except REFUSALS as error:
            form.refuse("refusal", page.told(error))
            return _side(page, desk, candidate, form)
        done = "rejected" if refused else "confirmed"
        return page.redirect(f"/work/screening/candidates/{candidate}?done={done}")


class VerdictAppealPages(Controller):
    path = "/work/screening/appeals"

    @get(sync_to_thread=True)
    def appeals(
        self, page: NamedDependency[Page], desk: NamedDependency[Database]
    ) -> Response[str]:
        return _appeals(page, desk, Form())

    @post("/{appeal_id:uuid}", sync_to_thread=True)
    def rule(
        self,
        appeal_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        """Judge an appeal, as somebody who had no hand in the verdict."""
        name = f"reason-{appeal_id}"
        form.require(((name, page.gettext(ASK_REASON)),))
        if not form.is_good:
            return _appeals(page, desk, form)
        upheld = form.text("outcome") == "upheld"
        try:
            with desk.unit_of_work(page.credential) as uow:
                outcome: service.Outcome = "upheld" if upheld else "dismissed"
                service.rule(uow, appeal_id, outcome, form.text(name))
        except REFUSALS as error:
            form.refuse(name, page.told(error))
            return _appeals(page, desk, form)
        return page.redirect("/work/screening/appeals?done=ruled")


class ListPages(Controller):
    path = "/work/screening/lists"

    @get(sync_to_thread=True)
    def lists(self, page: NamedDependency[Page], desk: NamedDependency[Database]) -> Response[str]:
        with desk.unit_of_work(page.credential) as uow:
            found = [ListView.of(each) for each in screening.health(uow)]
            now = uow.now
        return page.show("adjudications/lists.html", lists=found, now=now)

    @get("/{source:str}", sync_to_thread=True)
    def history(
        self, source: FromPath[str], page: NamedDependency[Page], desk: NamedDependency[Database]
    ) -> Response[str]:
        with desk.unit_of_work(page.credential) as uow:
            found = ListHistoryView.of(*screening.history(uow, source))
            listed = [ListView.of(each) for each in screening.health(uow)]
        [own] = [each for each in listed if each.source == source]
        return page.show("adjudications/list.html", list=own, history=found)


def _side(page: Page, desk: Database, candidate: str, form: Form) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        side = SideView.of(service.candidate(uow, candidate))
        may_confirm, me = uow.actor.role is Role.SUPERVISOR, uow.person_id
    waiting = [
        step
        for step in side.history
        if step.current and step.confirmed_by is None and step.rejected_by is None
    ]
    return page.show(
        "adjudications/candidate.html",
        status=200 if form.is_good else 422,
        side=side,
        waiting=waiting,
        form=form,
        may_confirm=may_confirm,
        me=me,
    )


def _appeals(page: Page, desk: Database, form: Form) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        found = [AppealView.of(row) for row in service.appeals(uow)]
        may_rule = uow.actor.role is Role.SUPERVISOR
    return page.show(
        "adjudications/appeals.html",
        status=200 if form.is_good else 422,
        appeals=found,
        form=form,
        may_rule=may_rule,
    )


PAGES: list[type[Controller]] = [ScreeningDeskPages, VerdictAppealPages, ListPages]
