"""Tender documents: added to a draft, fixed with the notice, read by anyone afterwards."""

import mimetypes
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.database import UnitOfWork
from sunseal.tenders import rules
from sunseal.tenders.errors import DocumentNameTaken, NoSuchDocument, TooManyDocuments
from sunseal.tenders.models import Document, Tender
from sunseal.tenders.pieces import Stored
from sunseal.tenders.repository import DocumentRepository
from sunseal.tenders.service.draft import writable
from sunseal_crypto.notice import MAX_DOCUMENTS


def check_document(uow: UnitOfWork, tender_id: UUID, name: str) -> Tender:
    """Whether the caller may add `name` now, asked before any byte is read. Raises SunsealError."""
    tender = writable(uow, tender_id)
    rules.check_draft(tender.id, tender.status)
    rules.check_document_name(name)
    documents = DocumentRepository(uow.session)
    if documents.name_taken(tender.id, name):
        raise DocumentNameTaken(name)
    if documents.count(tender.id) >= MAX_DOCUMENTS:
        raise TooManyDocuments(MAX_DOCUMENTS)
    return tender


def add_document(uow: UnitOfWork, tender_id: UUID, name: str, stored: Stored) -> Document:
    """Enters what is already stored durably. Checks again: much can happen during an upload."""
    tender = check_document(uow, tender_id, name)
    document = Document(
        tender_id=tender.id,
        name=name,
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=stored.size,
        sha256=stored.sha256,
        objects=stored.objects,
        added_at=uow.now,
    )
    DocumentRepository(uow.session).add(document)
    audit.record(uow, "tender.change", f"tender/{tender.id}", tender_id=tender.id)
    return document


def get_document(uow: UnitOfWork, document_id: UUID) -> Document:
    """Raises NoSuchDocument, also for one of a tender that the caller does not see."""
    document = DocumentRepository(uow.session).get(document_id)
    if document is None:
        raise NoSuchDocument(document_id)
    return document


def get_documents(uow: UnitOfWork, tender_id: UUID) -> list[Document]:
    return DocumentRepository(uow.session).of_tender(tender_id)
