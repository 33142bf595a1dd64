"""The SQL of certificates: what a firm may read of itself, and how the lists stand.

Column by column, because a firm has no right to how a list is fetched.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from sunseal.clearance.rules import Checked, Firm, ListNow

FIRM = text("""
    select name, uscc from registry.organization where id = :id and kind = 'bidder'
""")
LATEST = text("""
    select at, decision, sentence, evidence from registry.screening
    where organization_id = :id order by at desc limit 1
""")
LISTS = text("""
    select l.code, l.required, l.fetch_state, l.current_snapshot,
        s.published_at + l.max_age >= :now as in_age
    from registry.list_source l left join registry.list_snapshot s on s.id = l.current_snapshot
    order by l.code
""")


class ClearanceRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def firm(self, organization_id: UUID) -> Firm | None:
        row = self._session.execute(FIRM, {"id": organization_id}).one_or_none()
        return None if row is None else Firm(str(organization_id), row.name, row.uscc or "")

    def latest(self, organization_id: UUID) -> Checked | None:
        row = self._session.execute(LATEST, {"id": organization_id}).one_or_none()
        return None if row is None else Checked(row.at, row.decision, row.sentence, row.evidence)

    def lists(self, now: datetime) -> list[ListNow]:
        return [
            ListNow(
                row.code,
                row.required,
                _state(row.fetch_state, row.in_age),
                str(row.current_snapshot) if row.current_snapshot else None,
            )
            for row in self._session.execute(LISTS, {"now": now})
        ]


def _state(fetch_state: str | None, in_age: bool | None) -> str:
    """As the room `screening` says it: a source that failed when last asked is not done."""
    if fetch_state not in (None, "done"):
        return str(fetch_state)
    if in_age is None:
        return "missing"
    return "done" if in_age else "stale"
