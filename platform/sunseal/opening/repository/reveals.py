"""What the box kept hidden of the log, on its way out."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

HIDDEN = text("""
    select e.id, e.tender_id, e.nonce, e.detail, e.commitment, e.first, e.at, e.tick, e.slot, e.path
    from sealed.event e join sealed.gate g using (tender_id, envelope)
    where not e.revealed and e.tick is not null and g.state in ('opened', 'failed', 'cancelled')
    limit :limit for update of e skip locked
""")
HIDDEN_ENTRY = text("""
    select id, tender_id, nonce, detail, commitment, first, at, tick, slot, path
    from sealed.event where id = :id and not revealed
""")
REVEAL = text("""
    insert into audit.entry (id, tender_id, public, nonce, detail, commitment, first, actor, role,
                             action, object, outcome, reason, at, tick, slot, path)
    values (:id, :tender_id, :public, :nonce, :detail, :commitment, :first, :actor, :role,
            :action, :object, :outcome, :reason, :at, :tick, :slot, :path)
""")


class RevealRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def hidden_entry(self, entry_id: UUID) -> dict[str, object] | None:
        row = self._session.execute(HIDDEN_ENTRY, {"id": entry_id}).mappings().one_or_none()
        return None if row is None else dict(row)

    def hidden(self, limit: int) -> list[dict[str, object]]:
        """Sealed events of boxes that are over, as far as a tick holds them."""
        return [dict(row) for row in self._session.execute(HIDDEN, {"limit": limit}).mappings()]

    def reveal(self, rows: list[dict[str, object]]) -> None:
        if not rows:
            return
        self._session.execute(REVEAL, rows)
        self._session.execute(
            text("update sealed.event set revealed = true where id = any(:ids)"),
            {"ids": [row["id"] for row in rows]},
        )
