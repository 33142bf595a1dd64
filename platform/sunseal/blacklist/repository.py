"""The SQL of the district's blacklist."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select, text
from sqlalchemy.orm import Session

from sunseal.blacklist.models import Appeal, Penalty, PenaltyConfirmation, Ruling
from sunseal.organizations.models import Organization, Person, Practitioner

NOTICES = text("""
    select id, decision_number, authority, subject, name, identifier, severity, reason,
        effective_from, effective_to, appeal
    from registry.blacklist_notice order by effective_from desc, decision_number
""")
LETTER = text("""
    insert into registry.blacklist_letter (entry_id, occasion, sent_at)
    values (:entry, :occasion, :now) on conflict do nothing returning entry_id
""")
COPY_DIGESTS = text("""
    insert into registry.person_digest (owner, version, digest)
    select e.id, d.version, d.digest from registry.list_entry e
    join registry.person_digest d on d.owner = cast(e.reference as uuid)
    where e.snapshot_id = :snapshot
""")


class BlacklistRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def firm_with(self, uscc: str) -> UUID | None:
        query = select(Organization.id).where(
            Organization.uscc == uscc, Organization.kind == "bidder"
        )
        return self._session.scalar(query)

    def firm(self, organization_id: UUID) -> Organization | None:
        return self._session.get(Organization, organization_id)

    def has_practitioner(self, organization_id: UUID, name: str) -> bool:
        query = select(Practitioner.id).where(
            Practitioner.organization_id == organization_id, Practitioner.name == name
        )
        return self._session.scalar(query.limit(1)) is not None

    def add(self, row: Penalty | PenaltyConfirmation | Appeal | Ruling) -> None:
        self._session.add(row)
        self._session.flush()  # its id is shown, and a constraint speaks here

    def penalty(self, entry_id: UUID) -> Penalty | None:
        return self._session.get(Penalty, entry_id)

    def confirmation(self, entry_id: UUID) -> PenaltyConfirmation | None:
        return self._session.get(PenaltyConfirmation, entry_id)

    def appeal(self, appeal_id: UUID) -> Appeal | None:
        return self._session.get(Appeal, appeal_id)

    def appeal_against(self, entry_id: UUID) -> Appeal | None:
        return self._session.scalar(select(Appeal).where(Appeal.entry_id == entry_id))

    def ruling(self, appeal_id: UUID) -> Ruling | None:
        return self._session.get(Ruling, appeal_id)

    def of_firm(self, organization_id: UUID) -> list[tuple[Penalty, Appeal | None, Ruling | None]]:
        """The confirmed entries about a firm, newest first."""
        query = self._confirmed().where(Penalty.organization_id == organization_id)
        found = self._session.execute(query.order_by(Penalty.proposed_at.desc()))
        return [(penalty, appeal, ruling) for penalty, appeal, ruling in found]

    def counting(self, today: date) -> list[Penalty]:
        """What the list consists of: confirmed, not struck out, and not over."""
        query = self._confirmed().where(
            Penalty.effective_to >= today, Ruling.outcome.is_distinct_from("upheld")
        )
        return [row[0] for row in self._session.execute(query.order_by(Penalty.id))]

    def notices(self) -> Sequence[RowMapping]:
        return self._session.execute(NOTICES).mappings().all()

    def copy_digests(self, snapshot_id: UUID) -> None:
        """The persons' digests go along from the blacklist's entries to the list's."""
        self._session.execute(COPY_DIGESTS, {"snapshot": snapshot_id})

    def first_letter(self, entry_id: UUID, occasion: str, now: datetime) -> bool:
        """Whether this letter is still to be sent; from now on it is not."""
        row = {"entry": entry_id, "occasion": occasion, "now": now}
        return self._session.execute(LETTER, row).one_or_none() is not None

    def addresses(self, organization_id: UUID) -> list[str]:
        query = select(Person.email).where(
            Person.organization_id == organization_id,
            Person.administrator.is_(True),
            Person.disabled_at.is_(None),
        )
        return list(self._session.scalars(query.order_by(Person.email)))

    @staticmethod
    def _confirmed() -> Any:
        return (
            select(Penalty, Appeal, Ruling)
            .join(PenaltyConfirmation, PenaltyConfirmation.entry_id == Penalty.id)
            .outerjoin(Appeal, Appeal.entry_id == Penalty.id)
            .outerjoin(Ruling, Ruling.appeal_id == Appeal.id)
        )
