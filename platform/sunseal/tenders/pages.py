"""The desk of those who prepare tenders: their list, a draft, its documents, and its end."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.custody import service as custody
from sunseal.custody.desk_pages import window
from sunseal.database import Database, Role, UnitOfWork
from sunseal.errors import Invalid, NotFound, Refused, SunsealError
from sunseal.settings import Settings
from sunseal.storage import Storage
from sunseal.tenders import drafting, pieces, rules, service
from sunseal.tenders.shown import Line
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page
from sunseal_crypto.roster import Roster

# Larger documents come through the API, which takes them without the form around them.
MAX_UPLOAD = 64 << 20
Options = list[tuple[str, str]]
ASK_REASON = msg("请写明终止的理由，它会公开")


class DraftPages(Controller):
    path = "/work/tenders"

    @get(sync_to_thread=True)
    def own(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        """What the reader's side prepares and has published, the newest first."""
        with desk.unit_of_work(page.credential) as uow:
            uow.require(*rules.WRITERS)
            lines = [Line.of(each, uow.now) for each in service.newest(uow, None)]
            is_centre = uow.actor.role is Role.CENTRE
            watch = custody.look(uow, roster, window(settings)) if is_centre else None
        return page.show("tenders/own.html", lines=lines, watch=watch)

    @get("/new", sync_to_thread=True)
    def begin(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        roster: NamedDependency[Roster],
        settings: NamedDependency[Settings],
    ) -> Response[str]:
        typed = {"minimum_bids": str(rules.STATUTORY_MINIMUM_BIDS)}
        typed["threshold"] = str(len(roster.custodians) // 2 + 1)
        if settings.statutory:
            typed["statutory"] = "yes"
        return _new(page, desk, roster, Form(typed))

    @post("/new", sync_to_thread=True)
    def create(
        self,
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        roster: NamedDependency[Roster],
        settings: NamedDependency[Settings],
    ) -> Response[Any]:
        wish = drafting.creation(page, form)
        if wish is not None:
            try:
                with desk.unit_of_work(page.credential) as uow:
                    made = service.create(uow, wish, statutory=settings.statutory).id
                return page.redirect(f"/work/tenders/{made}?done=created")
            except (Invalid, NotFound, Refused) as error:
                drafting.refuse(page, form, error)
        return _new(page, desk, roster, form)

    @get("/{tender_id:uuid}/draft", sync_to_thread=True)
    def edit(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        with desk.unit_of_work(page.credential) as uow:
            form = drafting.of(service.writable(uow, tender_id))
        return _draft(page, roster, form, tender_id)

    @post("/{tender_id:uuid}/draft", sync_to_thread=True)
    def change(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        roster: NamedDependency[Roster],
    ) -> Response[Any]:
        wish = drafting.change(page, form)
        if wish is not None:
            try:
                with desk.unit_of_work(page.credential) as uow:
                    service.change(uow, tender_id, wish)
                return page.redirect(f"/work/tenders/{tender_id}?done=changed")
            except (Invalid, Refused) as error:
                drafting.refuse(page, form, error)
        return _draft(page, roster, form, tender_id)

    @post("/{tender_id:uuid}/documents", request_max_body_size=MAX_UPLOAD)
    async def add_document(
        self,
        request: Request[Any, Any, Any],
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        storage: NamedDependency[Storage],
        settings: NamedDependency[Settings],
    ) -> Response[Any]:
        file = (await request.form()).get("document")
        if not isinstance(file, UploadFile) or not file.filename:
            return page.redirect(f"/work/tenders/{tender_id}?done=no-file#documents")
        name = file.filename

        def keep() -> None:
            with desk.unit_of_work(page.credential) as uow:
                service.check_document(uow, tender_id, name)
            writer = pieces.PieceWriter(storage, settings.max_document_bytes)
            try:
                stored = writer.take(file.file)
                with desk.unit_of_work(page.credential) as uow:
                    service.add_document(uow, tender_id, name, stored)
            except SunsealError:
                # After any other failure the row may have been committed, and names the pieces.
                writer.discard()
                raise

        await sync_to_thread(keep)
        return page.redirect(f"/work/tenders/{tender_id}?done=document#documents")

    @get("/{tender_id:uuid}/cancel", sync_to_thread=True)
    def ask_to_cancel(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        return _cancel(page, desk, Form(), tender_id)

    @post("/{tender_id:uuid}/cancel", sync_to_thread=True)
    def cancel(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        form.require([("reason", page.gettext(ASK_REASON))])
        if not form.is_good:
            return _cancel(page, desk, form, tender_id)
        with desk.unit_of_work(page.credential) as uow:
            service.cancel(uow, tender_id, form.text("reason"))
        return page.redirect(f"/work/tenders/{tender_id}?done=cancelled")


def _new(page: Page, desk: Database, roster: Roster, form: Form) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        parties, agents = _others(uow)
    return page.show(
        "tenders/draft.html",
        form=form,
        tender_id=None,
        parties=parties,
        agents=agents,
        custodians=len(roster.custodians),
        status=200 if form.is_good else 422,
    )


def _others(uow: UnitOfWork) -> tuple[Options, Options]:
    """Whom this writer has to name as the tendering party, and whom it may name as agent."""
    own = uow.actor.role
    parties = [] if own is Role.TENDERING_PARTY else _options(uow, "tendering_party")
    return parties, [] if own is Role.AGENT else _options(uow, "agent")


def _options(uow: UnitOfWork, kind: str) -> Options:
    return [(str(party), name) for party, name in service.parties(uow, kind)]


def _draft(page: Page, roster: Roster, form: Form, tender_id: UUID) -> Response[str]:
    return page.show(
        "tenders/draft.html",
        form=form,
        tender_id=tender_id,
        parties=[],
        agents=[],
        custodians=len(roster.custodians),
        status=200 if form.is_good else 422,
    )


def _cancel(page: Page, desk: Database, form: Form, tender_id: UUID) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        tender = service.writable(uow, tender_id)
        line, step = Line.of(tender, uow.now), tender.status
    return page.show(
        "tenders/cancel.html",
        form=form,
        tender=line,
        published=step not in ("draft", "ceremony"),
        status=200 if form.is_good else 422,
    )


PAGES: list[type[Controller]] = [DraftPages]
