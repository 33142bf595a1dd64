"""The firm's way through a tender: seal and hand in, and its own bids with their receipts."""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from sunseal.bids import service
from sunseal.bids.errors import NoSuchSubmission, NotJoined
from sunseal.bids.shown import BidLine
from sunseal.database import Database, Role, UnitOfWork
from sunseal.organizations import service as organizations
from sunseal.tenders import service as tenders
from sunseal.tenders.schemas import TenderView
from sunseal.web.page import Page
from sunseal_crypto.spelling import base64_text

FIRST_ENVELOPE = "1"


class SealPages(Controller):
    path = "/tenders/{tender_id:uuid}/bid"

    @get(sync_to_thread=True)
    def seal(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        box: NamedDependency[Database],
        envelope: FromQuery[str] = FIRST_ENVELOPE,
    ) -> Response[str]:
        """Everything happens in the browser; the page brings the words and who asks."""
        with box.unit_of_work(page.credential) as uow:
            uow.require(Role.BIDDER)
            me, now = organizations.whoami(uow), uow.now
            tender = tenders.get(uow, tender_id)
            joined = _pseudonym(uow, tender_id, envelope)
            view = TenderView.of(tender, [], tenders.envelopes(uow, tender_id))
        return page.show(
            "bids/seal.html",
            wasm=True,
            tender=view,
            envelope=envelope,
            organization=str(me.organization.id),
            joined=joined,
            practitioners=me.practitioners,
            now=now,
        )


class OwnBidPages(Controller):
    path = "/bids"

    @get(sync_to_thread=True)
    def own(self, page: NamedDependency[Page], box: NamedDependency[Database]) -> Response[str]:
        """Every tender that the firm has joined, and how far its bid has come there."""
        with box.unit_of_work(page.credential) as uow:
            lines = [
                BidLine.of(tenders.get(uow, joined.tender_id), joined, said)
                for joined, said in service.joined_tenders(uow)
            ]
        return page.show("bids/own.html", lines=lines)

    @get("/{submission_id:uuid}/receipt", sync_to_thread=True)
    def receipt(
        self,
        submission_id: FromPath[UUID],
        page: NamedDependency[Page],
        box: NamedDependency[Database],
    ) -> Response[bytes]:
        """The receipt as a file; until the log has the entry, the promise of it."""
        with box.unit_of_work(page.credential) as uow:
            found, receipt = service.submission(uow, submission_id)
            text, kind = receipt or found.promise or "", "receipt" if receipt else "promise"
        if not text:
            raise NoSuchSubmission(submission_id)
        name = f"{kind}-{submission_id}.txt"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        kept = {"Cache-Control": "no-store"}
        return Response(text.encode(), media_type="text/plain", headers=headers | kept)


def _pseudonym(uow: UnitOfWork, tender_id: UUID, envelope: str) -> str:
    """In base64, so that a browser knows whether it is the one that joined; empty before."""
    try:
        return base64_text(service.joining(uow, tender_id, envelope).pseudonym)
    except NotJoined:
        return ""


PAGES: list[type[Controller]] = [SealPages, OwnBidPages]
