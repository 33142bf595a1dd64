"""The SQL of watching: who was heard of when, whom to call, and what is due."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from sunseal.custody.models import (
    Ceremony,
    CeremonyMessage,
    Contact,
    Presence,
    ReleaseRequest,
)

# What is announced to everybody, and nothing of what came in.
DUE = text("""
    select id, reference, title, deadline, not_before from notice.tender
    where status in ('published', 'closed') and deadline <= :until order by deadline, reference
""")
COSIGNED = text("""
    select size, at from audit.cosignature where cosigner = :cosigner
    order by size desc, at limit 1
""")
ANSWER = text("""
    select commitment, answer is not null as answered, refused_rule, updated_at
    from custody.release_answer where request_id = :request and custodian = :custodian
""")
ERASED = text("select tender_id, envelope, custodian, at from opened.erasure order by at")
NAMES = text("select id, reference, title, status from notice.tender where id = any(:tenders)")
CLERKS = text("""
    select email from registry.person
    where role = 'centre' and administrator and disabled_at is null order by email
""")
SHOWN = 50


class WatchRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def presences(self) -> dict[str, Presence]:
        return {each.name: each for each in self._session.scalars(select(Presence))}

    def contacts(self) -> dict[str, Contact]:
        """The newest of each name, of those whom the reader may see."""
        rows = self._session.scalars(select(Contact).order_by(Contact.entered_at))
        return {each.name: each for each in rows}

    def add(self, contact: Contact) -> None:
        self._session.add(contact)
        self._session.flush()

    def due(self, until: datetime) -> list[Row[Any]]:
        """Tenders that are not opened, with a deadline before `until`."""
        return list(self._session.execute(DUE, {"until": until}))

    def clerks(self) -> list[str]:
        """The addresses at which a centre is told."""
        return list(self._session.scalars(CLERKS))

    def cosigned(self, cosigner: str) -> Row[Any] | None:
        """The largest checkpoint on which a line stands in this cosigner's name."""
        return self._session.execute(COSIGNED, {"cosigner": cosigner}).one_or_none()

    def ceremonies(self) -> list[Ceremony]:
        query = select(Ceremony).order_by(Ceremony.created_at.desc(), Ceremony.id)
        return list(self._session.scalars(query.limit(SHOWN)))

    def posted(self, ceremony_id: UUID, custodian: int) -> set[str]:
        query = select(CeremonyMessage.step).where(
            CeremonyMessage.ceremony_id == ceremony_id, CeremonyMessage.custodian == custodian
        )
        return set(self._session.scalars(query))

    def requests(self) -> list[ReleaseRequest]:
        """Without their bodies, the newest first."""
        query = select(ReleaseRequest).order_by(ReleaseRequest.created_at.desc())
        return list(self._session.scalars(query.limit(SHOWN)))

    def answer(self, request_id: UUID, custodian: int) -> Row[Any] | None:
        """What one custodian said to a request, without the answer itself."""
        asked = {"request": request_id, "custodian": custodian}
        return self._session.execute(ANSWER, asked).one_or_none()

    def erased(self) -> dict[tuple[UUID, str, int], datetime]:
        """When each custodian first said that its part of a key is gone."""
        found: dict[tuple[UUID, str, int], datetime] = {}
        for row in self._session.execute(ERASED):
            found.setdefault((row.tender_id, row.envelope, row.custodian), row.at)
        return found

    def tenders(self, tenders: list[UUID]) -> dict[UUID, Row[Any]]:
        return {row.id: row for row in self._session.execute(NAMES, {"tenders": tenders})}
