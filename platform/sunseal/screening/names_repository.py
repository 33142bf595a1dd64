"""The SQL for candidates: the names of one snapshot, which never change."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from sunseal.screening.models import ListEntry


class NamesRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def name_only(self, snapshot_id: UUID) -> list[tuple[UUID, str, str]]:
        """Id, kind and name of the entries that no credit code tells from others."""
        query = select(ListEntry.id, ListEntry.subject, ListEntry.name).where(
            ListEntry.snapshot_id == snapshot_id, ListEntry.by_name
        )
        rows = self._session.execute(query.order_by(ListEntry.reference, ListEntry.id))
        return [(row.id, row.subject, row.name) for row in rows]

    def entries(self, ids: Sequence[UUID]) -> list[ListEntry]:
        query = select(ListEntry).where(ListEntry.id.in_(ids)).order_by(ListEntry.reference)
        return list(self._session.scalars(query))
