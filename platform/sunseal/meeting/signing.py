"""Pages of the minutes: read, sign, print; and for anybody with a paper, whether it is the one."""

from base64 import b64decode
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.database import Database, Role
from sunseal.meeting import service
from sunseal.meeting.controllers import printed
from sunseal.meeting.errors import NoSuchMinutes
from sunseal.meeting.schemas import MeetingView
from sunseal.opening import service as opening
from sunseal.opening.board import Board
from sunseal.settings import Settings
from sunseal.tenders import service as tenders
from sunseal.tenders.shown import Line
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

ASK_READ = msg("请先确认已阅读记录")


class MinutesPages(Controller):
    path = "/tenders/{tender_id:uuid}/meeting/minutes/{number:int}"

    @get(sync_to_thread=True)
    def minutes(
        self,
        tender_id: FromPath[UUID],
        number: FromPath[int],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
    ) -> Response[str]:
        return _minutes(page, page.side(desk, box), tender_id, number, Form())

    @post(sync_to_thread=True)
    def sign(
        self,
        tender_id: FromPath[UUID],
        number: FromPath[int],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        """By the digest that stood on the page which was read."""
        side = page.side(desk, box)
        form.require((("read", page.gettext(ASK_READ)),))
        if not form.is_good:
            return _minutes(page, side, tender_id, number, form)
        with side.unit_of_work(page.credential) as uow:
            digest, signature = _hex(form.text("digest")), _base64(form.text("signature"))
            service.sign(uow, tender_id, number, digest, signature)
        return page.redirect(f"/tenders/{tender_id}/meeting/minutes/{number}?done=signed")

    @get("/paper", sync_to_thread=True)
    def paper(
        self,
        tender_id: FromPath[UUID],
        number: FromPath[int],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[bytes]:
        side = page.side(desk, box)
        return printed(side, desk, page.credential, settings, tender_id, number)


class ProofPages(Controller):
    """Where the code on a printed record leads. It names organizations and no person."""

    path = "/tenders/{tender_id:uuid}/minutes/{number:int}"

    @get(sync_to_thread=True)
    def proof(
        self,
        tender_id: FromPath[UUID],
        number: FromPath[int],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        with desk.unit_as(Role.PUBLIC) as uow:
            tender = tenders.get(uow, tender_id)
            board = Board(tender.ceiling_price)
            while events := opening.hall_events(uow, tender_id, board.last):
                board.take(events)
            found = [each for each in board.proceedings.minutes if each.edition == number]
            if not found:
                raise NoSuchMinutes(number)
            line, place = Line.of(tender, uow.now), service.positions(uow, [UUID(found[0].entry)])
        return page.show(
            "meeting/proof.html",
            tender=line,
            edition=found[0],
            place=place.get(UUID(found[0].entry)),
        )


def _minutes(page: Page, side: Database, tender_id: UUID, number: int, form: Form) -> Response[str]:
    with side.unit_of_work(page.credential) as uow:
        meeting = MeetingView.of(service.look(uow, tender_id))
    return page.show(
        "meeting/minutes.html",
        status=200 if form.is_good else 422,
        meeting=meeting,
        edition=meeting.edition(number),
        form=form,
    )


def _base64(text: str) -> bytes | None:
    """What the page's script made with the firm's key; nothing where it has none."""
    try:
        return b64decode(text, validate=True) or None
    except ValueError:
        return None


def _hex(text: str) -> bytes:
    """What is no digest is another digest than the minutes'."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
