"""The SQL of findings, notices and alerts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sunseal.supervision.errors import StepTaken
from sunseal.supervision.models import Finding, Notice, Step

RAISE = text("""
    insert into supervision.finding (id, rule, fact, tender_id, sentence, evidence, raised_at)
    values (:id, :rule, :fact, :tender, :sentence, cast(:evidence as jsonb), :at)
    on conflict (fact) do nothing returning id
""")
# A finding's state is its last step's.
FINDINGS = text("""
    select f.id, f.rule, f.tender_id, f.sentence, f.evidence, f.raised_at, s.state
    from supervision.finding f join lateral (
        select state from supervision.step where finding_id = f.id order by number desc limit 1
    ) s on true
    where (cast(:rule as text) is null or f.rule = :rule)
      and (cast(:state as text) is null or s.state = :state)
      and (cast(:tender as uuid) is null or f.tender_id = :tender)
      and (cast(:since as timestamptz) is null or f.raised_at >= :since)
    order by f.raised_at desc, f.id limit :limit
""")
PLACE = text("""
    select e.tick, e.slot, e.commitment, t.index as leaf from audit.entry e
    left join audit.tick t on t.number = e.tick where e.id = :id
""")
REFERENCE = text("select reference from notice.tender where id = :id")
AUTHORITY = text("""
    select o.name from registry.organization o
    join registry.person p on p.organization_id = o.id where p.id = :id
""")
SUPERVISORS = text("""
    select email from registry.person where role = 'supervisor' and disabled_at is null
    order by email
""")
ADD_ALERT = text("""
    insert into supervision.alert (id, cause, occasion, channel, subject, body, created_at)
    values (:id, :cause, :occasion, :channel, :subject, :body, :at)
    on conflict (cause, occasion, channel) do nothing returning id
""")
ALERT = text("""
    select id, cause, occasion, channel, subject, body, created_at from supervision.alert
    where id = :id and sent_at is null
""")
SENT = text("update supervision.alert set sent_at = :at where id = :id")


class FindingRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def raise_once(self, row: Mapping[str, object]) -> bool:
        """False when the same fact was found before."""
        return self._session.execute(RAISE, row).one_or_none() is not None

    def add(self, row: Step | Notice) -> None:
        """Raises StepTaken when the same number, or notice, is there already."""
        self._session.add(row)
        try:
            self._session.flush()
        except IntegrityError:
            raise StepTaken(row.finding_id) from None

    def get(self, finding_id: UUID) -> Finding | None:
        return self._session.get(Finding, finding_id)

    def steps(self, finding_id: UUID) -> list[Step]:
        query = select(Step).where(Step.finding_id == finding_id).order_by(Step.number)
        return list(self._session.scalars(query))

    def notice(self, finding_id: UUID) -> Notice | None:
        return self._session.get(Notice, finding_id)

    def listed(self, filters: Mapping[str, object]) -> list[Row[Any]]:
        return list(self._session.execute(FINDINGS, filters))

    def place(self, entry_id: UUID) -> Row[Any]:
        """Where an entry stands in the log; `tick` is None while it waits."""
        return self._session.execute(PLACE, {"id": entry_id}).one()

    def reference(self, tender_id: UUID | None) -> str:
        found = self._session.execute(REFERENCE, {"id": tender_id}).scalar_one_or_none()
        return str(found or "")

    def authority_of(self, person_id: UUID) -> str:
        return str(self._session.execute(AUTHORITY, {"id": person_id}).scalar_one())


class AlertRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Mapping[str, object]) -> bool:
        """False when this was told on this channel before."""
        return self._session.execute(ADD_ALERT, row).one_or_none() is not None

    def waiting(self, alert_id: UUID) -> Row[Any] | None:
        return self._session.execute(ALERT, {"id": alert_id}).one_or_none()

    def sent(self, alert_id: UUID, at: datetime) -> None:
        self._session.execute(SENT, {"id": alert_id, "at": at})

    def supervisors(self) -> list[str]:
        return list(self._session.scalars(SUPERVISORS))
