"""Tenders over HTTP.

A published tender is read as a visitor even by callers with a token: nobody's name is looked up, so
no log can say who looked at which tender. The token counts only for what the public cannot see.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, get, patch, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream

from sunseal.database import Credential, Database, UnitOfWork
from sunseal.errors import NotFound, SunsealError
from sunseal.settings import Settings
from sunseal.storage import Storage
from sunseal.tenders import pieces, service
from sunseal.tenders.models import Document
from sunseal.tenders.schemas import (
    CancelTender,
    ChangeTender,
    CreateTender,
    DocumentView,
    TenderLine,
    TenderView,
)

T = TypeVar("T")
# Shown by no browser as a page of ours, whatever is inside.
DOWNLOAD_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
    "Cache-Control": "no-store",
}


class TenderController(Controller):
    path = "/api/v1/tenders"
    tags = ("tenders",)

    @get(operation_id="listTenders", sync_to_thread=True)
    def list_tenders(
        self,
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        own: FromQuery[bool] = False,
        before: FromQuery[datetime | None] = None,
    ) -> list[TenderLine]:
        """Published tenders, the newest first; `own` shows what the caller's own side sees."""
        with desk.unit_of_work(credential if own else None) as uow:
            return [TenderLine.of(tender) for tender in service.newest(uow, before)]

    @post(operation_id="createTender", sync_to_thread=True)
    def create(
        self,
        data: JSONBody[CreateTender],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
    ) -> TenderView:
        """Draft a tender."""
        with desk.unit_of_work(credential) as uow:
            tender = service.create(uow, data, statutory=settings.statutory)
            return view(uow, tender.id)

    @get("/{tender_id:uuid}", operation_id="getTender", sync_to_thread=True)
    def read(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> TenderView:
        """One tender, with its envelopes and documents; a draft for those who write it."""
        return as_visitor_first(desk, credential, lambda uow: view(uow, tender_id))

    @patch("/{tender_id:uuid}", operation_id="changeTender", sync_to_thread=True)
    def change(
        self,
        tender_id: FromPath[UUID],
        data: JSONBody[ChangeTender],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> TenderView:
        """Change a draft."""
        with desk.unit_of_work(credential) as uow:
            service.change(uow, tender_id, data)
            return view(uow, tender_id)

    @post(
        "/{tender_id:uuid}/cancel",
        operation_id="cancelTender",
        sync_to_thread=True,
        status_code=200,
    )
    def cancel(
        self,
        tender_id: FromPath[UUID],
        data: JSONBody[CancelTender],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> TenderView:
        """End a tender before its opening, with a reason."""
        with desk.unit_of_work(credential) as uow:
            service.cancel(uow, tender_id, data.reason)
            return view(uow, tender_id)

    @get("/{tender_id:uuid}/notice", operation_id="getNotice", sync_to_thread=True)
    def notice(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Response[bytes]:
        """The canonical bytes of the notice."""
        data = as_visitor_first(desk, credential, lambda uow: service.get_notice(uow, tender_id))
        return Response(data, media_type="application/json")

    @post("/{tender_id:uuid}/documents", operation_id="addDocument", request_max_body_size=None)
    async def add_document(
        self,
        request: Request[Any, Any, Any],
        tender_id: FromPath[UUID],
        name: FromQuery[str],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        storage: NamedDependency[Storage],
        settings: NamedDependency[Settings],
    ) -> DocumentView:
        """Add a document to a draft; the body is the document itself."""

        def check() -> None:
            with desk.unit_of_work(credential) as uow:
                service.check_document(uow, tender_id, name)

        def add(stored: pieces.Stored) -> DocumentView:
            with desk.unit_of_work(credential) as uow:
                return DocumentView.of(service.add_document(uow, tender_id, name, stored))

        await sync_to_thread(check)
        writer = pieces.PieceWriter(storage, settings.max_document_bytes)
        try:
            async for chunk in request.stream():
                writer.feed(chunk)
                if writer.full:
                    await sync_to_thread(writer.flush)
            stored = await sync_to_thread(writer.finish)
        except BaseException:
            await sync_to_thread(writer.discard)
            raise
        try:
            return await sync_to_thread(add, stored)
        except SunsealError:
            # After any other failure the row may have been committed, and names the pieces.
            await sync_to_thread(writer.discard)
            raise

    @get(
        "/{tender_id:uuid}/documents/{document_id:uuid}",
        operation_id="getDocumentOfTender",
        sync_to_thread=True,
    )
    def document(
        self,
        tender_id: FromPath[UUID],
        document_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        storage: NamedDependency[Storage],
    ) -> Stream:
        """A document as the tender's own side sees it, drafts included."""
        found = as_visitor_first(
            desk, credential, lambda uow: service.get_document(uow, document_id)
        )
        if found.tender_id != tender_id:
            raise NotFound(f"Tender {tender_id} has no document {document_id}.")
        return download(found, storage)


class DocumentController(Controller):
    path = "/api/v1/documents"
    tags = ("tenders",)

    @get("/{document_id:uuid}", operation_id="getDocument", sync_to_thread=True)
    def read(
        self,
        document_id: FromPath[UUID],
        desk: NamedDependency[Database],
        storage: NamedDependency[Storage],
    ) -> Stream:
        """A published document, for anyone: no token is looked at and no tender is named."""
        with desk.unit_of_work(None) as uow:
            found = service.get_document(uow, document_id)
        return download(found, storage)


def as_visitor_first(
    desk: Database, credential: Credential | None, read: Callable[[UnitOfWork], T]
) -> T:
    """What `read` finds as a visitor or, failing that, as the caller. Raises what `read` raises."""
    try:
        with desk.unit_of_work(None) as uow:
            return read(uow)
    except NotFound:
        if credential is None:
            raise
    with desk.unit_of_work(credential) as uow:
        return read(uow)


def view(uow: UnitOfWork, tender_id: UUID) -> TenderView:
    """Raises NoSuchTender."""
    tender = service.get(uow, tender_id)
    return TenderView.of(
        tender, service.get_documents(uow, tender_id), service.envelopes(uow, tender_id)
    )


def download(document: Document, storage: Storage) -> Stream:
    disposition = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
    headers = DOWNLOAD_HEADERS | {
        "Content-Disposition": disposition,
        "Content-Length": str(document.size),
    }
    return Stream(
        pieces.read(storage, document.objects), media_type=document.media_type, headers=headers
    )


CONTROLLERS: list[type[Controller]] = [TenderController, DocumentController]
