"""The SQL of tenders. What a caller may see is for the row policies of its role to say."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from sunseal.tenders.models import Document, Envelope, Tender

PARTY = text("select name from registry.organization where id = :id and kind = :kind")
PARTIES = text("select id, name from registry.organization where kind = :kind order by name, id")


class TenderRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, tender: Tender, envelopes: list[Envelope]) -> None:
        self._session.add(tender)
        self._session.flush()  # the envelopes' policy looks for the tender's row
        self._session.add_all(envelopes)
        self._session.flush()

    def get(self, tender_id: UUID) -> Tender | None:
        return self._session.get(Tender, tender_id)

    def lock(self, tender: Tender) -> None:
        """Reads the row again and keeps others from changing it until the unit ends."""
        self._session.refresh(tender, with_for_update=True)

    def clock(self) -> datetime:
        """The platform's only clock, read now: the unit's own time is from before its locks."""
        now: datetime = self._session.execute(text("select kit.now()")).scalar_one()
        return now

    def reference_taken(self, reference: str) -> bool:
        """As far as the caller may see; the unique index has the last word."""
        query = select(Tender.id).where(Tender.reference == reference)
        return self._session.scalar(query) is not None

    def before(self, created: datetime | None, limit: int) -> list[Tender]:
        """The newest first."""
        query = select(Tender).order_by(Tender.created_at.desc(), Tender.id).limit(limit)
        if created is not None:
            query = query.where(Tender.created_at < created)
        return list(self._session.scalars(query))

    def published(self, words: str, offset: int, limit: int) -> list[Tender]:
        """Whose reference, title or party holds every word; the newest first, no drafts."""
        query = select(Tender).where(Tender.published_at.is_not(None))
        for word in words.split():
            pattern = f"%{_literally(word)}%"
            query = query.where(
                or_(
                    Tender.reference.ilike(pattern, escape="\\"),
                    Tender.title.ilike(pattern, escape="\\"),
                    Tender.tendering_party_name.ilike(pattern, escape="\\"),
                )
            )
        ordered = query.order_by(Tender.published_at.desc(), Tender.id)
        return list(self._session.scalars(ordered.offset(offset).limit(limit)))

    def envelopes(self, tender_id: UUID) -> list[Envelope]:
        query = select(Envelope).where(Envelope.tender_id == tender_id).order_by(Envelope.name)
        return list(self._session.scalars(query))

    def party_name(self, organization_id: UUID, kind: str) -> str | None:
        found: str | None = self._session.scalar(PARTY, {"id": organization_id, "kind": kind})
        return found

    def parties(self, kind: str) -> list[tuple[UUID, str]]:
        """Whom a tender may be for, or who may act for them."""
        return [(row.id, row.name) for row in self._session.execute(PARTIES, {"kind": kind})]


class DocumentRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, document: Document) -> None:
        self._session.add(document)
        self._session.flush()  # a name that is taken is refused here, inside the caller's unit

    def get(self, document_id: UUID) -> Document | None:
        return self._session.get(Document, document_id)

    def of_tender(self, tender_id: UUID) -> list[Document]:
        query = select(Document).where(Document.tender_id == tender_id).order_by(Document.name)
        return list(self._session.scalars(query))

    def count(self, tender_id: UUID) -> int:
        query = select(func.count()).where(Document.tender_id == tender_id)
        return self._session.scalar(query) or 0

    def name_taken(self, tender_id: UUID, name: str) -> bool:
        query = select(Document.id).where(Document.tender_id == tender_id, Document.name == name)
        return self._session.scalar(query) is not None


def _literally(word: str) -> str:
    """A word as a pattern that means itself."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
