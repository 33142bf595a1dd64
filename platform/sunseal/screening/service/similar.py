"""Entries whose names are like a subject's, from an index of the snapshot in force.

The index is built once for each snapshot and process, from rows that never change. One that could
not be built raises, so that whoever was not looked up is not clear.
"""

from collections.abc import Sequence
from threading import Lock
from typing import cast
from uuid import UUID

from sqlalchemy.orm import Session

from sunseal.screening.models import ListEntry
from sunseal.screening.names.index import Index
from sunseal.screening.names.match import Party, check
from sunseal.screening.names.normalise import Kind
from sunseal.screening.names_repository import NamesRepository
from sunseal.screening.rules import Subject


class Indexes:
    """One index for each list: a new snapshot's takes the place of the one before."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[str, tuple[UUID, Index, list[UUID]]] = {}

    def of(
        self, names: NamesRepository, source: str, snapshot_id: UUID
    ) -> tuple[Index, list[UUID]]:
        # Held while it is built: two threads would build the same at once.
        with self._lock:
            held = self._held.get(source)
            if held is None or held[0] != snapshot_id:
                rows = names.name_only(snapshot_id)
                index = Index((cast(Kind, kind), name) for _, kind, name in rows)
                held = (snapshot_id, index, [each for each, _, _ in rows])
                self._held[source] = held
            return held[1], held[2]


_INDEXES = Indexes()


def similar(
    session: Session, source: str, snapshot_id: UUID, subjects: Sequence[Subject]
) -> list[ListEntry]:
    """Entries above the threshold of review, for any of the subjects."""
    names = NamesRepository(session)
    index, ids = _INDEXES.of(names, source, snapshot_id)
    found = {
        ids[match.number]
        for subject in subjects
        for match in check(Party(subject.kind, subject.name), index)
    }
    return names.entries(sorted(found)) if found else []
