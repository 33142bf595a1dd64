"""The opening hall, the sheet to sign in on, and what an opening found.

The same for everybody who looks, so nobody is looked up. Before the opening the hall shows a clock
and who of the custodians is there.
"""

from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from sunseal.database import Database, Role, UnitOfWork
from sunseal.opening import service
from sunseal.opening.board import TONES, Board, Marks
from sunseal.opening.schemas import EnvelopeView
from sunseal.tenders import service as tenders
from sunseal.tenders.shown import Line
from sunseal.web.page import Page
from sunseal_crypto.roster import Roster

# As many lines as fit on the sheet's two pages.
SHEET_LINES = 24


class Hall(Struct, frozen=True, kw_only=True):
    tender: Line
    ceiling: str | None
    currency: str
    threshold: int
    now: datetime
    alive: list[str]
    board: Board


class HallPages(Controller):
    path = "/tenders/{tender_id:uuid}"

    @get("/hall", sync_to_thread=True)
    def hall(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        return _show(page, "opening/hall.html", tender_id, desk, roster)

    @get("/hall/screen", sync_to_thread=True)
    def screen(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        roster: NamedDependency[Roster],
    ) -> Response[str]:
        """For the wall of the opening room."""
        return _show(page, "opening/screen.html", tender_id, desk, roster)

    @get("/sign-in-sheet", sync_to_thread=True)
    def sheet(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        """On paper, for who comes to the room; it names nobody beforehand."""
        with desk.unit_as(Role.PUBLIC) as uow:
            tender = Line.of(tenders.get(uow, tender_id), uow.now)
        return page.show("opening/sheet.html", tender=tender, lines=SHEET_LINES)

    @get("/opening", sync_to_thread=True)
    def opening(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        with desk.unit_as(Role.PUBLIC) as uow:
            envelopes = [EnvelopeView.of(each) for each in service.look(uow, tender_id)]
            found = tenders.get(uow, tender_id)
            tender, ceiling = Line.of(found, uow.now), found.ceiling_price
            currency = found.currency
        return page.show(
            "opening/results.html",
            tender=tender,
            ceiling=ceiling,
            currency=currency,
            envelopes=envelopes,
            marks=[Marks.of([bid.price for bid in each.bids], ceiling) for each in envelopes],
            tones=TONES,
        )


def _show(
    page: Page, template: str, tender_id: UUID, desk: Database, roster: Roster
) -> Response[str]:
    with desk.unit_as(Role.PUBLIC) as uow:
        hall = _hall(uow, tender_id)
    names = [custodian.name for custodian in roster.custodians]
    return page.show(template, hall=hall, board=hall.board, names=names, tones=TONES)


def _hall(uow: UnitOfWork, tender_id: UUID) -> Hall:
    tender, pulse = tenders.get(uow, tender_id), service.hall_pulse(uow)
    board = Board(tender.ceiling_price)
    while events := service.hall_events(uow, tender_id, board.last):
        board.take(events)
    return Hall(
        tender=Line.of(tender, uow.now),
        ceiling=tender.ceiling_price,
        currency=tender.currency,
        threshold=tender.threshold,
        now=pulse.now,
        alive=pulse.alive,
        board=board,
    )


PAGES: list[type[Controller]] = [HallPages]
