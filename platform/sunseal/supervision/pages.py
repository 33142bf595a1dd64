"""The supervisors' desk: who looked, what was refused, what the rules found, and what became of it.

Whatever is asked here is an entry of the log itself.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from sqlalchemy import Row

from sunseal.audit import service as audit
from sunseal.audit.controllers import NOT_KEPT, download_bundle
from sunseal.audit.schemas import EntryView
from sunseal.audit.service import Query
from sunseal.database import Database, Role, UnitOfWork
from sunseal.errors import Refused
from sunseal.settings import Settings
from sunseal.supervision import chart, labels, service
from sunseal.supervision.schemas import CaseView, FindingView
from sunseal.supervision.service import FindingQuery
from sunseal.supervision.states import STEPS, State
from sunseal.tenders import service as tenders
from sunseal.tenders.shown import Line
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.moments import in_beijing
from sunseal.web.page import Page

ON_DESK, ON_PAGE, MOST = 8, 50, 500
FILTERS = ("tender", "actor", "role", "action", "outcome", "since", "until")
ASK_REASON = msg("请写明理由，至少三个字")
ASK_ADDRESSEE = msg("请填写责令对象")
ASK_DEMAND = msg("请写明整改要求")
BAD_TIME = msg("时间的格式不对，例如 2026-12-20 09:30")
SHORTEST = 3


class DeskPages(Controller):
    path = "/supervision"

    @get(sync_to_thread=True)
    def desk(self, page: NamedDependency[Page], desk: NamedDependency[Database]) -> Response[str]:
        """Findings and refusals first, then a day of the log."""
        with desk.unit_of_work(page.credential) as uow:
            rows = service.findings(uow, FindingQuery(state=State.OPEN.value), MOST)
            findings = [FindingView.of(row, row.state) for row in rows]
            refused = audit.entries(uow, Query(outcome="refused"), ON_DESK)
            activity = audit.activity(uow, chart.first_hour(uow.now))
            entries, people = _readable(uow, refused)
            day = chart.of(activity, uow.now)
        return page.show(
            "supervision/desk.html",
            findings=findings[:ON_DESK],
            open_findings=len(findings),
            refused=entries,
            people=people,
            day=day,
            labels=labels,
        )

    @get("/entries", sync_to_thread=True)
    def entries(
        self,
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        after: FromQuery[UUID | None] = None,
    ) -> Response[str]:
        """The log, filtered."""
        asked = {name: request.query_params.get(name, "").strip() for name in FILTERS}
        form = Form({name: value for name, value in asked.items() if value})
        query = _query(page, form, after)
        with desk.unit_of_work(page.credential) as uow:
            rows = audit.entries(uow, query, ON_PAGE + 1) if form.is_good else []
            entries, people = _readable(uow, rows)
            known = [(str(each.id), each.title) for each in tenders.newest(uow, None)]
        shown, more = entries[:ON_PAGE], len(entries) > ON_PAGE
        older = urlencode(form.values | {"after": str(shown[-1].id)}) if more else ""
        return page.show(
            "supervision/entries.html",
            form=form,
            entries=shown,
            people=people,
            tenders=known,
            older=f"/supervision/entries?{older}" if more else None,
            labels=labels,
            status=200 if form.is_good else 422,
        )

    @get("/tenders", sync_to_thread=True)
    def tenders(
        self, page: NamedDependency[Page], desk: NamedDependency[Database]
    ) -> Response[str]:
        """Each tender with its evidence to take away."""
        with desk.unit_of_work(page.credential) as uow:
            uow.require(Role.SUPERVISOR)
            lines = [Line.of(each, uow.now) for each in tenders.newest(uow, None)]
        return page.show("supervision/tenders.html", lines=lines)

    @get("/tenders/{tender_id:uuid}/bundle", sync_to_thread=True)
    def bundle(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Stream:
        """All evidence about a tender in one file."""
        return download_bundle(desk, page.credential, tender_id, settings.roster_bytes())


class FindingPages(Controller):
    path = "/supervision/findings"

    @get(sync_to_thread=True)
    def listed(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        which: FromQuery[str] = "",
    ) -> Response[str]:
        wanted = which if which in labels.STATES else None
        with desk.unit_of_work(page.credential) as uow:
            rows = service.findings(uow, FindingQuery(state=wanted), MOST)
            found = [FindingView.of(row, row.state) for row in rows]
        return page.show(
            "supervision/findings.html", findings=found, wanted=wanted or "", labels=labels
        )

    @get("/{finding_id:uuid}", sync_to_thread=True)
    def case(
        self,
        finding_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        return _case(page, desk, finding_id, Form())

    @post("/{finding_id:uuid}/steps", sync_to_thread=True)
    def step(
        self,
        finding_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        """Explain, close or reopen it, with the reason."""
        _require_reason(page, form)
        wish = form.text("wish")
        if form.is_good and wish in set(State) - {State.RECTIFICATION_ORDERED}:
            with desk.unit_of_work(page.credential) as uow:
                service.take(uow, finding_id, State(wish), form.text("reason"))
            return page.redirect(f"/supervision/findings/{finding_id}?done=step")
        return _case(page, desk, finding_id, form)

    @post("/{finding_id:uuid}/rectification", sync_to_thread=True)
    def order(
        self,
        finding_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        """Order a rectification; its notice is printed from the finding's page."""
        asked = (("addressee", page.gettext(ASK_ADDRESSEE)), ("demand", page.gettext(ASK_DEMAND)))
        form.require(asked)
        _require_reason(page, form)
        deadline = in_beijing(form.text("deadline"))
        if deadline is None:
            form.refuse("deadline", page.gettext(BAD_TIME))
        if form.is_good and deadline is not None:
            try:
                with desk.unit_of_work(page.credential) as uow:
                    service.order(
                        uow,
                        finding_id,
                        addressee=form.text("addressee"),
                        demand=form.text("demand"),
                        deadline=deadline,
                        reason=form.text("reason"),
                    )
                return page.redirect(f"/supervision/findings/{finding_id}?done=ordered")
            except Refused as error:
                form.refuse("deadline", page.told(error))
        return _order(page, desk, finding_id, form)

    @get("/{finding_id:uuid}/rectification/new", sync_to_thread=True)
    def write(
        self,
        finding_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        return _order(page, desk, finding_id, Form())

    @get("/{finding_id:uuid}/rectification", sync_to_thread=True)
    def notice(
        self,
        finding_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[bytes]:
        """The rectification notice as PDF, once its entry is in the log."""
        with desk.unit_of_work(page.credential) as uow:
            data = service.document(uow, finding_id, settings.origin)
        saved = {**NOT_KEPT, "Content-Disposition": 'attachment; filename="rectification.pdf"'}
        return Response(data, media_type="application/pdf", headers=saved)


def _order(page: Page, desk: Database, finding_id: UUID, form: Form) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        finding = CaseView.of(service.case(uow, finding_id)).finding
    return page.show(
        "supervision/order.html",
        form=form,
        finding=finding,
        labels=labels,
        status=200 if form.is_good else 422,
    )


def _case(page: Page, desk: Database, finding_id: UUID, form: Form) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        found = CaseView.of(service.case(uow, finding_id))
        takers = [str(step.taken_by) for step in found.steps if step.taken_by]
        people = audit.people(uow, takers)
    steps = STEPS[State(found.finding.state)]
    return page.show(
        "supervision/case.html",
        form=form,
        case=found,
        people=people,
        labels=labels,
        steps=[each.value for each in State if each in steps - {State.RECTIFICATION_ORDERED}],
        may_order=State.RECTIFICATION_ORDERED in steps and found.notice is None,
        status=200 if form.is_good else 422,
    )


def _require_reason(page: Page, form: Form) -> None:
    if len(form.text("reason")) < SHORTEST:
        form.refuse("reason", page.gettext(ASK_REASON))


def _query(page: Page, form: Form, after: UUID | None) -> Query:
    """What the filter asks for; what cannot be meant is said beside its field."""
    times = {name: in_beijing(form.text(name)) for name in ("since", "until")}
    for name, moment in times.items():
        if form.text(name) and moment is None:
            form.refuse(name, page.gettext(BAD_TIME))
    tender = form.text("tender")
    return Query(
        tender=_uuid(tender),
        actor=form.text("actor") or None,
        role=form.text("role") or None,
        action=form.text("action") or None,
        outcome=form.text("outcome") or None,
        since=times["since"],
        until=times["until"],
        after=after,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _readable(
    uow: UnitOfWork, rows: Sequence[Row[Any]]
) -> tuple[list[EntryView], dict[str, tuple[str, str]]]:
    """Entries, and the names of those among their actors who are staff."""
    entries = [EntryView.of(row) for row in rows]
    return entries, audit.people(uow, (entry.actor for entry in entries))


PAGES: list[type[Controller]] = [DeskPages, FindingPages]
