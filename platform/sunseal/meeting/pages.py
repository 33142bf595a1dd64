"""The meeting's pages: one for all who have a word in it, with the forms of those who run it.

What the hall shows everybody is the hall's own; here people act, and each form works without
scripts. A browser that is closed loses nothing: what was entered stands, a period ends by itself.
"""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.database import Database
from sunseal.meeting import rules, service
from sunseal.meeting.schemas import MeetingView
from sunseal.meeting.signing import MinutesPages, ProofPages
from sunseal.settings import Settings
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

ASK_TEXT = msg("请写明内容")
TOO_LONG = msg("内容太长，最多 4000 个字")
ASK_FIRM = msg("请选择是哪一家投标人提出的")
ASK_MINUTES = msg("请填写 5 到 1380 之间的分钟数")
ASK_ATTENDEE = msg("请填写姓名")
ASK_UNIT = msg("请填写单位")
ASK_CAPACITY = msg("请填写身份")


class MeetingPages(Controller):
    path = "/tenders/{tender_id:uuid}/meeting"

    @get(sync_to_thread=True)
    def look(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[str]:
        form = Form({"minutes": str(settings.objection_minutes)})
        return _meeting(page, page.side(desk, box), tender_id, form)

    @post("/readings", sync_to_thread=True)
    def read_out(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        position = form.text("position")
        with desk.unit_of_work(page.credential) as uow:
            place = int(position) if position.isascii() and position.isdigit() else -1
            service.read_out(uow, tender_id, form.text("envelope"), place)
        return page.redirect(f"/tenders/{tender_id}/meeting?done=read#bids")

    @post("/periods", sync_to_thread=True)
    def ask(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        said = form.text("minutes")
        minutes = int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0
        if not rules.SHORTEST <= minutes <= rules.LONGEST:
            form.refuse("minutes", page.gettext(ASK_MINUTES))
            return _meeting(page, desk, tender_id, form)
        with desk.unit_of_work(page.credential) as uow:
            service.ask_for_objections(uow, tender_id, minutes)
        return page.redirect(f"/tenders/{tender_id}/meeting?done=asked#objections")

    @post("/attendance", sync_to_thread=True)
    def attend(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        asked = [("capacity", page.gettext(ASK_CAPACITY))]
        if not form.checked("self"):
            asked += [("attendee", page.gettext(ASK_ATTENDEE)), ("unit", page.gettext(ASK_UNIT))]
        form.require(asked)
        side = page.side(desk, box)
        if not form.is_good:
            return _meeting(page, side, tender_id, form)
        with side.unit_of_work(page.credential) as uow:
            said = [form.text(name) for name in ("attendee", "unit", "capacity")]
            service.attend(uow, tender_id, *said)
        return page.redirect(f"/tenders/{tender_id}/meeting?done=present#present")

    @post("/corrections", sync_to_thread=True)
    def correct(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        _require_words(page, form, "correction")
        if not form.is_good:
            return _meeting(page, desk, tender_id, form)
        with desk.unit_of_work(page.credential) as uow:
            service.correct(uow, tender_id, form.text("correction"))
        return page.redirect(f"/tenders/{tender_id}/meeting?done=corrected#minutes")

    @post("/minutes", sync_to_thread=True)
    def write(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        with desk.unit_of_work(page.credential) as uow:
            made = service.write_minutes(uow, tender_id)
        return page.redirect(f"/tenders/{tender_id}/meeting/minutes/{made.edition}?done=written")


class ObjectionPages(Controller):
    path = "/tenders/{tender_id:uuid}/meeting/objections"

    @get(sync_to_thread=True)
    def asked(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
    ) -> Response[str]:
        return _objection(page, page.side(desk, box), tender_id, Form())

    @post(sync_to_thread=True)
    def raise_objection(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        """A bidder's own; of a clerk's the form names the firm."""
        _require_words(page, form, "text")
        side = page.side(desk, box)
        firm = _uuid(form.text("organization")) if side is desk else None
        if side is desk and firm is None:
            form.refuse("organization", page.gettext(ASK_FIRM))
        if not form.is_good:
            return _objection(page, side, tender_id, form)
        with side.unit_of_work(page.credential) as uow:
            service.raise_objection(uow, tender_id, form.text("text"), firm)
        return page.redirect(f"/tenders/{tender_id}/meeting?done=objected#objections")

    @get("/{objection_id:uuid}", sync_to_thread=True)
    def one(
        self,
        tender_id: FromPath[UUID],
        objection_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        return _reply(page, desk, tender_id, objection_id, Form())

    @post("/{objection_id:uuid}", sync_to_thread=True)
    def reply(
        self,
        tender_id: FromPath[UUID],
        objection_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        _require_words(page, form, "text")
        if not form.is_good:
            return _reply(page, desk, tender_id, objection_id, form)
        with desk.unit_of_work(page.credential) as uow:
            service.reply(uow, tender_id, objection_id, form.text("text"))
        return page.redirect(f"/tenders/{tender_id}/meeting?done=replied#objections")


def _meeting(page: Page, side: Database, tender_id: UUID, form: Form) -> Response[str]:
    return _show(page, side, "meeting/meeting.html", tender_id, form)


def _objection(page: Page, side: Database, tender_id: UUID, form: Form) -> Response[str]:
    return _show(page, side, "meeting/objection.html", tender_id, form)


def _reply(
    page: Page, desk: Database, tender_id: UUID, objection_id: UUID, form: Form
) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        found = MeetingView.of(service.look(uow, tender_id)).objection(objection_id)
    status = 200 if form.is_good else 422
    return page.show("meeting/reply.html", status=status, tender_id=tender_id, one=found, form=form)


def _show(page: Page, side: Database, template: str, tender_id: UUID, form: Form) -> Response[str]:
    with side.unit_of_work(page.credential) as uow:
        meeting = MeetingView.of(service.look(uow, tender_id))
    return page.show(
        template, status=200 if form.is_good else 422, meeting=meeting, form=form, now=meeting.now
    )


def _require_words(page: Page, form: Form, name: str) -> None:
    """Whoever wrote too much gets it back: nothing of an objection is cut off."""
    form.require(((name, page.gettext(ASK_TEXT)),))
    if len(form.text(name)) > rules.MOST_WORDS:
        form.refuse(name, page.gettext(TOO_LONG))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


PAGES: list[type[Controller]] = [MeetingPages, ObjectionPages, MinutesPages, ProofPages]
