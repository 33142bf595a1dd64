from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import ServerSentEvent, Stream

from sunseal.database import Credential, Database, Role
from sunseal.errors import NotFound
from sunseal.opening import service
from sunseal.opening.endings import EndingController
from sunseal.opening.hall import Halls
from sunseal.opening.schemas import (
    EnvelopeView,
    OpeningView,
    ReleasedView,
    WantedView,
)
from sunseal.opening.uploads import SupplyController
from sunseal.storage import Storage

NOT_KEPT = {"Cache-Control": "no-store"}
# A proxy that collects would hold the hall back until it is full.
LIVE = {**NOT_KEPT, "X-Accel-Buffering": "no"}


class OpeningController(Controller):
    path = "/api/v1/tenders/{tender_id:uuid}"
    tags = ("opening",)

    @get("/opening", operation_id="getOpening", sync_to_thread=True)
    def opening(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
    ) -> OpeningView:
        """What was opened, leaf by leaf; the same for everybody, and before it for nobody."""
        with desk.unit_as(Role.PUBLIC) as uow:
            found = service.look(uow, tender_id)
        return OpeningView(tender_id, [EnvelopeView.of(each) for each in found])

    @get("/opening/records/{envelope:str}", operation_id="getRecord", sync_to_thread=True)
    def record(
        self, tender_id: FromPath[UUID], envelope: FromPath[str], desk: NamedDependency[Database]
    ) -> Response[bytes]:
        """The newest opening record of an envelope, byte for byte as it was logged."""
        with desk.unit_as(Role.PUBLIC) as uow:
            found = service.look(uow, tender_id)
        for each in found:
            if each.record.envelope == envelope:
                return Response(each.record.body, media_type="application/json", headers=NOT_KEPT)
        raise NotFound(f"No envelope {envelope!r} of this tender has been opened.")

    @get("/opening/documents", operation_id="listReleased", sync_to_thread=True)
    def documents(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> list[ReleasedView]:
        """The documents of the opened bids, for the tender's own side and its supervisors."""
        with desk.unit_of_work(credential) as uow:
            return [ReleasedView.of(row) for row in service.documents(uow, tender_id)]

    @get("/opening/documents/{document_id:uuid}", operation_id="getReleased", sync_to_thread=True)
    def document(
        self,
        tender_id: FromPath[UUID],
        document_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        storage: NamedDependency[Storage],
    ) -> Stream:
        """A document of an opened bid; that it was read is logged."""
        with desk.unit_of_work(credential) as uow:
            found = service.document(uow, tender_id, document_id)
        name = quote(found.name.rpartition("/")[2], safe="")
        headers = {
            **NOT_KEPT,
            # A bidder made this file: no browser should run it as a page of ours.
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Length": str(found.size),
            "X-Content-Type-Options": "nosniff",
        }
        return Stream(
            _pieces(storage, found.objects), media_type="application/octet-stream", headers=headers
        )

    @get("/opening/wanted", operation_id="listWanted", sync_to_thread=True)
    def wanted(
        self, tender_id: FromPath[UUID], desk: NamedDependency[Database]
    ) -> list[WantedView]:
        """Bids whose stored bytes are missing or wrong, for whoever has the right ones."""
        with desk.unit_as(Role.PUBLIC) as uow:
            return [WantedView.of(each) for each in service.wanted(uow, tender_id)]

    @get("/hall", operation_id="hall")
    async def hall(
        self,
        request: Request[Any, Any, Any],
        tender_id: FromPath[UUID],
        halls: NamedDependency[Halls],
    ) -> ServerSentEvent:
        """The opening as it happens; before it, only the clock and which custodians are alive."""
        stream = await halls.enter(tender_id, _last_seen(request))
        return ServerSentEvent(stream, headers=LIVE)


def _last_seen(request: Request[Any, Any, Any]) -> int:
    text = request.headers.get("last-event-id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _pieces(storage: Storage, objects: list[UUID]) -> Iterator[bytes]:
    for name in objects:
        yield from storage.stream(name)


CONTROLLERS: list[type[Controller]] = [
    OpeningController,
    SupplyController,
    EndingController,
]
