"""What needs two people: proposed by an operator, confirmed by a supervisor."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.confirmations import service
from sunseal.confirmations.rules import Matter
from sunseal.confirmations.schemas import ProposalView
from sunseal.database import Database
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

MATTERS = {
    Matter.BREAK_GLASS.value: msg("应急查看标箱的状态"),
    Matter.ADD_CUSTODIAN.value: msg("增加托管方"),
    Matter.EXPORT_SEALED.value: msg("导出封存区的备份"),
    Matter.RESET_FACTORS.value: msg("重置某人的第二道验证"),
    Matter.DISABLE_PERSON.value: msg("停用某人的账户"),
}
# The look at a box is asked for by a request of its own, which names the tender.
PROPOSED = (
    Matter.RESET_FACTORS.value,
    Matter.DISABLE_PERSON.value,
    Matter.ADD_CUSTODIAN.value,
    Matter.EXPORT_SEALED.value,
)
SHORTEST = 10
ASK_REASON = msg("请写明理由，至少十个字")
ASK_OBJECT = msg("请写明针对什么")


class ConfirmationPages(Controller):
    path = "/confirmations"

    @get(sync_to_thread=True)
    def listed(self, page: NamedDependency[Page], desk: NamedDependency[Database]) -> Response[str]:
        return _list(page, desk, Form())

    @post(sync_to_thread=True)
    def propose(
        self,
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        """One person's wish, which does nothing by itself."""
        form.require([("object", page.gettext(ASK_OBJECT))])
        _require_reason(page, form)
        if form.text("matter") not in PROPOSED:
            form.refuse("matter", page.gettext(ASK_OBJECT))
        if not form.is_good:
            return _list(page, desk, form)
        with desk.unit_of_work(page.credential) as uow:
            matter = Matter(form.text("matter"))
            service.propose(uow, matter, form.text("object"), form.text("reason"))
        return page.redirect("/confirmations?done=proposed")

    @get("/{proposal_id:uuid}", sync_to_thread=True)
    def consider(
        self,
        proposal_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        return _one(page, desk, proposal_id, Form())

    @post("/{proposal_id:uuid}", sync_to_thread=True)
    def confirm(
        self,
        proposal_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        """The second person's word, from which on it counts."""
        _require_reason(page, form)
        if not form.is_good:
            return _one(page, desk, proposal_id, form)
        with desk.unit_of_work(page.credential) as uow:
            service.confirm(uow, proposal_id, form.text("reason"))
        return page.redirect("/confirmations?done=confirmed")


def _list(page: Page, desk: Database, form: Form) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        proposals = [ProposalView.of(*each) for each in service.listed(uow)]
        now = uow.now
    return page.show(
        "confirmations/list.html",
        form=form,
        proposals=proposals,
        now=now,
        matters=MATTERS,
        proposed=[(name, page.gettext(MATTERS[name])) for name in PROPOSED],
        status=200 if form.is_good else 422,
    )


def _one(page: Page, desk: Database, proposal_id: UUID, form: Form) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        found = {each.id: (each, confirmation) for each, confirmation in service.listed(uow)}
        proposal = ProposalView.of(*found.get(proposal_id, (service.get(uow, proposal_id), None)))
    return page.show(
        "confirmations/one.html",
        form=form,
        proposal=proposal,
        matters=MATTERS,
        status=200 if form.is_good else 422,
    )


def _require_reason(page: Page, form: Form) -> None:
    if len(form.text("reason")) < SHORTEST:
        form.refuse("reason", page.gettext(ASK_REASON))


PAGES: list[type[Controller]] = [ConfirmationPages]
