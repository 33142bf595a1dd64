from datetime import datetime
from typing import Any, Self
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Row

from sunseal_crypto import event


class Cosign(Struct, forbid_unknown_fields=True):
    size: int
    line: str


class EntryView(Struct, frozen=True, kw_only=True):
    """An entry in clear; `commitment` is what the log holds of it, in `slot` of `tick`."""

    id: UUID
    tender: UUID | None
    actor: str
    role: str
    action: str
    object: str
    outcome: str
    reason: str
    at: datetime
    data: dict[str, str]
    commitment: bytes
    tick: int | None
    slot: int | None

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(
            id=row.id,
            tender=row.tender_id,
            actor=row.actor,
            role=row.role,
            action=row.action,
            object=row.object,
            outcome=row.outcome,
            reason=row.reason,
            at=row.at,
            data=event.decode(bytes(row.detail)).data,
            commitment=bytes(row.commitment),
            tick=row.tick,
            slot=row.slot,
        )


class EntriesView(Struct, frozen=True):
    """A page, newest first; `next` asks for the page after it, as `after`."""

    entries: list[EntryView]
    next: UUID | None

    @classmethod
    def of(cls, rows: list[Row[Any]], limit: int) -> Self:
        page = [EntryView.of(row) for row in rows[:limit]]
        return cls(page, page[-1].id if len(rows) > limit else None)
