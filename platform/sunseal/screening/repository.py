"""The SQL of screening."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import insert, or_, select, text
from sqlalchemy.orm import Session

from sunseal.organizations.models import Organization, Practitioner
from sunseal.screening.lists import Row
from sunseal.screening.models import (
    Adjudication,
    Confirmation,
    ListEntry,
    ListSnapshot,
    ListSource,
    Screening,
    TenderScreening,
)

BATCH = 5000


class ListRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def sources(self) -> list[tuple[ListSource, ListSnapshot | None]]:
        query = (
            select(ListSource, ListSnapshot)
            .outerjoin(ListSnapshot, ListSnapshot.id == ListSource.current_snapshot)
            .order_by(ListSource.code)
        )
        return [(source, snapshot) for source, snapshot in self._session.execute(query)]

    def source(self, code: str) -> ListSource | None:
        return self._session.get(ListSource, code)

    def lock(self, source: ListSource) -> None:
        """Two imports of one list come one after the other."""
        self._session.refresh(source, with_for_update=True)

    def snapshot(self, snapshot_id: UUID | None) -> ListSnapshot | None:
        return self._session.get(ListSnapshot, snapshot_id) if snapshot_id else None

    def add_snapshot(self, snapshot: ListSnapshot, rows: Sequence[Row]) -> None:
        self._session.add(snapshot)
        self._session.flush()  # entries refer to it
        for start in range(0, len(rows), BATCH):
            batch = [_values(snapshot.id, row) for row in rows[start : start + BATCH]]
            self._session.execute(insert(ListEntry), batch)

    def matching(
        self, snapshot_id: UUID, identifiers: list[str], keys: list[str]
    ) -> list[ListEntry]:
        """Entries with one of the identifiers or normalised names; both have an index."""
        query = select(ListEntry).where(
            ListEntry.snapshot_id == snapshot_id,
            or_(ListEntry.identifier.in_(identifiers), ListEntry.name_key.in_(keys)),
        )
        return list(self._session.scalars(query.order_by(ListEntry.reference)))


class ScreeningRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def organization(self, organization_id: UUID) -> Organization | None:
        return self._session.get(Organization, organization_id)

    def practitioners(self, organization_id: UUID) -> list[str]:
        query = select(Practitioner.name).where(
            Practitioner.organization_id == organization_id, Practitioner.removed_at.is_(None)
        )
        return list(self._session.scalars(query.order_by(Practitioner.name)))

    def firms(self) -> list[UUID]:
        return list(
            self._session.scalars(select(Organization.id).where(Organization.kind == "bidder"))
        )

    def add(self, row: Screening | TenderScreening | Adjudication | Confirmation) -> None:
        self._session.add(row)
        self._session.flush()  # its id is shown, and a constraint speaks here

    def latest(self, organization_id: UUID) -> Screening | None:
        query = select(Screening).where(Screening.organization_id == organization_id)
        return self._session.scalar(query.order_by(Screening.at.desc()).limit(1))

    def latest_for(
        self, tender_id: UUID, envelope: str, organization_id: UUID
    ) -> TenderScreening | None:
        query = select(TenderScreening).where(
            TenderScreening.tender_id == tender_id,
            TenderScreening.envelope == envelope,
            TenderScreening.organization_id == organization_id,
        )
        return self._session.scalar(query.order_by(TenderScreening.at.desc()).limit(1))

    def verdicts(self, organization_id: UUID) -> list[Adjudication]:
        """The confirmed ones, oldest first: of two about the same, the later one counts."""
        query = (
            select(Adjudication)
            .join(Confirmation, Confirmation.adjudication_id == Adjudication.id)
            .where(Adjudication.organization_id == organization_id)
            .order_by(Confirmation.confirmed_at)
        )
        return list(self._session.scalars(query))

    def adjudication(self, adjudication_id: UUID) -> Adjudication | None:
        return self._session.get(Adjudication, adjudication_id)

    def confirmation(self, adjudication_id: UUID) -> Confirmation | None:
        return self._session.get(Confirmation, adjudication_id)

    def submission_place(self, submission_id: UUID) -> tuple[UUID, str, UUID] | None:
        """Tender, envelope and organization of a sealed statement; for the worker alone."""
        row = self._session.execute(
            text("""select j.tender_id, j.envelope, j.organization_id from sealed.submission s
                    join sealed.joining j on j.id = s.joining_id where s.id = :id"""),
            {"id": submission_id},
        ).one_or_none()
        return None if row is None else (row.tender_id, row.envelope, row.organization_id)


def _values(snapshot_id: UUID, row: Row) -> dict[str, UUID | str | date | None]:
    return {
        "id": uuid4(),
        "snapshot_id": snapshot_id,
        "reference": row.reference,
        "subject": row.subject,
        "name": row.name,
        "name_key": row.name_key,
        "identifier": row.identifier,
        "severity": row.severity,
        "reason": row.reason,
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
    }
