"""Pages for everybody, which look up nobody: even a reader with a session reads as a visitor, so
that no log can say who looked at which tender.
"""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from sunseal.amendments import service as amendments
from sunseal.amendments.schemas import HistoryView
from sunseal.audit import service as audit
from sunseal.audit.errors import NoCheckpoint
from sunseal.blacklist import service as blacklist
from sunseal.custody.errors import NoCertificate
from sunseal.database import Database, Role, UnitOfWork
from sunseal.opening import service as opening
from sunseal.public import shown
from sunseal.public.shown import LogHead
from sunseal.settings import Settings
from sunseal.tenders import phases
from sunseal.tenders import service as tenders
from sunseal.tenders.schemas import TenderView
from sunseal.tenders.shown import Line
from sunseal.web import assets
from sunseal.web.page import Page
from sunseal_crypto.roster import Roster, fingerprint

ON_HOME = 5
ON_PAGE = 20
MAX_WORDS = 100


class HomePages(Controller):
    path = "/"

    @get(sync_to_thread=True)
    def home(self, page: NamedDependency[Page], desk: NamedDependency[Database]) -> Response[str]:
        with desk.unit_as(Role.PUBLIC) as uow:
            newest = [Line.of(each, uow.now) for each in tenders.search(uow, "", 0, ON_HOME)]
        return page.show("public/home.html", newest=newest)

    @get("/why", sync_to_thread=True)
    def why(self, page: NamedDependency[Page], roster: NamedDependency[Roster]) -> Response[str]:
        return page.show("public/why.html", custodians=len(roster.custodians))

    @get("/verify", sync_to_thread=True)
    def verify(self, page: NamedDependency[Page]) -> Response[str]:
        """Pages that anybody opens on a machine of his own, and how to know that they are ours."""
        return page.show("public/verify.html", hashes=assets.published())


class TenderPages(Controller):
    path = "/tenders"

    @get(sync_to_thread=True)
    def listed(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        q: FromQuery[str] = "",
        number: FromQuery[int] = 1,
    ) -> Response[str]:
        words, number = q.strip()[:MAX_WORDS], min(max(number, 1), 500)
        with desk.unit_as(Role.PUBLIC) as uow:
            found = tenders.search(uow, words, (number - 1) * ON_PAGE, ON_PAGE + 1)
            lines = [Line.of(each, uow.now) for each in found]
        return page.show(
            "public/tenders.html",
            words=words,
            lines=lines[:ON_PAGE],
            newer=_page_of(words, number - 1) if number > 1 else None,
            older=_page_of(words, number + 1) if len(lines) > ON_PAGE else None,
        )

    @get("/{tender_id:uuid}", sync_to_thread=True)
    def notice(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        with desk.unit_as(Role.PUBLIC) as uow:
            tender = tenders.get(uow, tender_id)
            phase, now = phases.of(tender, uow.now), uow.now
            documents = tenders.get_documents(uow, tender_id)
            view = TenderView.of(tender, documents, tenders.envelopes(uow, tender_id))
            history = _history(uow, view)
        return page.show(
            "public/tender.html",
            tender=view,
            phase=phase,
            now=now,
            history=history,
            custodians=len(roster.custodians),
            roster_digest=fingerprint(settings.roster_bytes()),
        )


class TrustPages(Controller):
    """Who holds the key, what the log says, and whom the district warns of."""

    path = "/"

    @get("/custodians", sync_to_thread=True)
    def custodians(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        with desk.unit_as(Role.PUBLIC) as uow:
            alive, head = opening.hall_pulse(uow).alive, _head(uow, roster)
        return page.show(
            "public/custodians.html",
            roster=roster,
            digest=fingerprint(settings.roster_bytes()),
            custodians=shown.custodians(roster, alive, head),
            witnesses=shown.witnesses(roster, alive, head),
        )

    @get("/custodians/roster.json", sync_to_thread=True)
    def roster_file(self, settings: NamedDependency[Settings]) -> Response[bytes]:
        """The roster, byte for byte, for whoever compares its hash."""
        disposition = {"Content-Disposition": 'attachment; filename="roster.json"'}
        return Response(settings.roster_bytes(), media_type="application/json", headers=disposition)

    @get("/log", sync_to_thread=True)
    def log(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        with desk.unit_as(Role.PUBLIC) as uow:
            head, alive = _head(uow, roster), opening.hall_pulse(uow).alive
        cosigners = [*shown.custodians(roster, alive, head), *shown.witnesses(roster, alive, head)]
        return page.show(
            "public/log.html", state=head, cosigners=cosigners, seconds=settings.tick_seconds
        )

    @get("/blacklist", sync_to_thread=True)
    def blacklist(
        self, page: NamedDependency[Page], desk: NamedDependency[Database]
    ) -> Response[str]:
        with desk.unit_as(Role.PUBLIC) as uow:
            notices = blacklist.notices(uow)
        return page.show("public/blacklist.html", notices=notices)


def _head(uow: UnitOfWork, roster: Roster) -> LogHead | None:
    """None on the first day, before enough institutions have looked."""
    try:
        return shown.log_head(audit.checkpoint_note(uow), roster)
    except NoCheckpoint:
        return None


def _history(uow: UnitOfWork, tender: TenderView) -> HistoryView | None:
    """How the timetable moved; None where there is no key yet that could say who may move it."""
    try:
        return HistoryView.of(amendments.history(uow, tender.id, tender.envelopes[0].name))
    except NoCertificate:
        return None


def _page_of(words: str, number: int) -> str:
    asked = {"q": words} if words else {}
    return f"/tenders?{urlencode(asked | {'number': str(number)})}"


PAGES: list[type[Controller]] = [HomePages, TenderPages, TrustPages]
