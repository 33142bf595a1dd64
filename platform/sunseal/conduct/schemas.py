from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.conduct.models import Note
from sunseal.conduct.service import Known

Text = Annotated[str, Meta(min_length=1, max_length=4000)]


class ObjectToFact(Struct, forbid_unknown_fields=True):
    grounds: Text


class JudgeFact(Struct, forbid_unknown_fields=True):
    word: Literal["stands", "struck"]
    reason: Text


class NoteView(Struct, frozen=True):
    kind: str
    said: str
    made_by: UUID | None
    made_at: datetime

    @classmethod
    def of(cls, note: Note) -> Self:
        return cls(note.kind, note.said, note.made_by, note.made_at)


class FactView(Struct, frozen=True, kw_only=True):
    """A fact and where it stands: `in_force`, `objected`, `over` or `struck`."""

    id: UUID
    organization_id: UUID
    kind: str
    source: str
    reference: str
    legal_basis: str
    statement: str
    valid_from: date
    valid_to: date | None
    tender_id: UUID | None
    state: str
    notes: list[NoteView]

    @classmethod
    def of(cls, known: Known) -> Self:
        fact = known.fact
        return cls(
            id=fact.id,
            organization_id=fact.organization_id,
            kind=fact.kind,
            source=fact.source,
            reference=fact.reference,
            legal_basis=fact.legal_basis,
            statement=fact.statement,
            valid_from=fact.valid_from,
            valid_to=fact.valid_to,
            tender_id=fact.tender_id,
            state=known.state.value,
            notes=[NoteView.of(note) for note in known.notes],
        )
