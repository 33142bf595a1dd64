"""A tender on its way to publication: its facts, its key, and what is to be done next."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.custody import progress, service
from sunseal.database import Database
from sunseal.tenders import phases, rules
from sunseal.tenders import service as tenders
from sunseal.tenders.schemas import TenderView
from sunseal.web.form import Form
from sunseal.web.page import Page
from sunseal_crypto.roster import Roster


class PreparationPages(Controller):
    path = "/work/tenders/{tender_id:uuid}"

    @get(sync_to_thread=True)
    def show(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        with desk.unit_of_work(page.credential) as uow:
            uow.require(*rules.WRITERS)
            tender = tenders.get(uow, tender_id)
            phase, now = phases.of(tender, uow.now), uow.now
            documents = tenders.get_documents(uow, tender_id)
            view = TenderView.of(tender, documents, tenders.envelopes(uow, tender_id))
            attempts = service.attempts(uow, tender_id)
            alive = {each.name: each.seen_at for each in service.presences(uow)}
        return page.show(
            "custody/tender.html",
            form=Form(),
            tender=view,
            phase=phase,
            now=now,
            key=progress.of(attempts),
            custodians=progress.guardians(roster, alive, now),
            may_cancel=view.status in ("draft", "ceremony")
            or (view.status in ("published", "closed") and now < view.not_before),
        )

    @post("/key", sync_to_thread=True)
    def start(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        roster: NamedDependency[Roster],
    ) -> Response[Any]:
        """Fixes the notice, and has the custodians make the key."""
        with desk.unit_of_work(page.credential) as uow:
            service.start(uow, tender_id, roster)
        return page.redirect(f"/work/tenders/{tender_id}?done=key")

    @post("/publish", sync_to_thread=True)
    def publish(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        with desk.unit_of_work(page.credential) as uow:
            service.publish(uow, tender_id)
        return page.redirect(f"/work/tenders/{tender_id}?done=published")


PAGES: list[type[Controller]] = [PreparationPages]
