"""Reading tenders; what a caller does not see does not exist for it."""

from datetime import datetime
from uuid import UUID

from sunseal.database import UnitOfWork
from sunseal.tenders import rules
from sunseal.tenders.errors import NoSuchTender, NoticeNotFixed
from sunseal.tenders.models import Envelope, Tender
from sunseal.tenders.repository import TenderRepository

PAGE = 100


def find(uow: UnitOfWork, tender_id: UUID) -> Tender | None:
    return TenderRepository(uow.session).get(tender_id)


def get(uow: UnitOfWork, tender_id: UUID) -> Tender:
    """Raises NoSuchTender."""
    tender = find(uow, tender_id)
    if tender is None:
        raise NoSuchTender(tender_id)
    return tender


def envelopes(uow: UnitOfWork, tender_id: UUID) -> list[Envelope]:
    return TenderRepository(uow.session).envelopes(tender_id)


def newest(uow: UnitOfWork, before: datetime | None) -> list[Tender]:
    """At most PAGE tenders made before a time, the newest first."""
    return TenderRepository(uow.session).before(before, PAGE)


def search(uow: UnitOfWork, words: str, offset: int, limit: int) -> list[Tender]:
    """What was published, the newest first, whose reference, title or party holds every word."""
    return TenderRepository(uow.session).published(words, offset, limit)


def get_notice(uow: UnitOfWork, tender_id: UUID) -> bytes:
    """The exact bytes whose SHA-256 the terms carry. Raises NoSuchTender, NoticeNotFixed."""
    notice = get(uow, tender_id).notice
    if notice is None:
        raise NoticeNotFixed(tender_id)
    return notice


def parties(uow: UnitOfWork, kind: str) -> list[tuple[UUID, str]]:
    """Every tendering party, or every agent, by name: for those who write tenders."""
    uow.require(*rules.WRITERS)
    return TenderRepository(uow.session).parties(kind)
