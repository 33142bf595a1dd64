"""The SQL of screening."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, or_, select, text
from sqlalchemy.orm import Session

from sunseal.organizations.models import (
    DeclaredOwner,
    FormerName,
    Organization,
    Practitioner,
)
from sunseal.screening import identity, names
from sunseal.screening.models import (
    Adjudication,
    Confirmation,
    ListEntry,
    ListFetch,
    ListSnapshot,
    ListSource,
    Screening,
    TenderScreening,
)
from sunseal.screening.number_repository import ADD_DIGEST, digests_of
from sunseal.screening.person_ids import Ring
from sunseal.screening.sources.entries import Row

EFFECTS = text("select severity, effect from registry.severity_effect")
RUNNING = text("""
    select count(*) from notice.tender where status in ('ceremony', 'published', 'closed')
""")
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

    def effects(self) -> dict[str, str]:
        """What each severity does."""
        found = self._session.execute(EFFECTS)
        return {row.severity: row.effect for row in found}

    def lock(self, source: ListSource) -> None:
        """Two imports of one list come one after the other."""
        self._session.refresh(source, with_for_update=True)

    def claimed(self, code: str, now: datetime) -> ListSource | None:
        """The source, locked, if a fetch is due and nobody else is at it."""
        query = select(ListSource).where(
            ListSource.code == code,
            or_(ListSource.next_fetch_at.is_(None), ListSource.next_fetch_at <= now),
        )
        return self._session.scalar(query.with_for_update(skip_locked=True))

    def snapshot(self, snapshot_id: UUID | None) -> ListSnapshot | None:
        return self._session.get(ListSnapshot, snapshot_id) if snapshot_id else None

    def snapshots(self, code: str, limit: int) -> list[ListSnapshot]:
        query = select(ListSnapshot).where(ListSnapshot.source == code)
        newest = query.order_by(ListSnapshot.imported_at.desc(), ListSnapshot.id).limit(limit)
        return list(self._session.scalars(newest))

    def fetches(self, code: str, limit: int) -> list[ListFetch]:
        query = select(ListFetch).where(ListFetch.source == code)
        newest = query.order_by(ListFetch.at.desc(), ListFetch.id).limit(limit)
        return list(self._session.scalars(newest))

    def add_snapshot(
        self, snapshot: ListSnapshot, rows: Sequence[Row], ring: Ring | None = None
    ) -> None:
        """Raises NoPersonKey when a row has a person's number and there is no ring."""
        self._session.add(snapshot)
        self._session.flush()  # entries refer to it
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            batch = [_values(snapshot.id, row) for row in part]
            self._session.execute(insert(ListEntry), batch)
            digests = [
                digest
                for row, values in zip(part, batch, strict=True)
                if row.person_id
                for digest in digests_of(UUID(str(values["id"])), row.person_id, ring)
            ]
            if digests:
                self._session.execute(ADD_DIGEST, digests)

    def matching(
        self, snapshot_id: UUID, identifiers: list[str], keys: list[str]
    ) -> list[ListEntry]:
        """Entries with one of the identifiers or normalised names; both have an index."""
        query = select(ListEntry).where(
            ListEntry.snapshot_id == snapshot_id,
            or_(ListEntry.identifier.in_(identifiers), ListEntry.name_key.in_(keys)),
        )
        return list(self._session.scalars(query.order_by(ListEntry.reference)))

    def entries(self, snapshot_id: UUID, ids: Collection[UUID]) -> list[ListEntry]:
        """Those of the ids that are in the snapshot."""
        if not ids:
            return []
        query = select(ListEntry).where(ListEntry.snapshot_id == snapshot_id, ListEntry.id.in_(ids))
        return list(self._session.scalars(query))


class ScreeningRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def organization(self, organization_id: UUID) -> Organization | None:
        return self._session.get(Organization, organization_id)

    def practitioners(self, organization_id: UUID) -> list[Practitioner]:
        query = select(Practitioner).where(
            Practitioner.organization_id == organization_id, Practitioner.removed_at.is_(None)
        )
        return list(self._session.scalars(query.order_by(Practitioner.name, Practitioner.id)))

    def owners(self, organization_id: UUID) -> list[DeclaredOwner]:
        query = select(DeclaredOwner).where(DeclaredOwner.organization_id == organization_id)
        return list(self._session.scalars(query.order_by(DeclaredOwner.name, DeclaredOwner.id)))

    def former_names(self, organization_id: UUID) -> list[str]:
        query = select(FormerName.name).where(FormerName.organization_id == organization_id)
        return list(self._session.scalars(query.order_by(FormerName.name)))

    def firms(self) -> list[UUID]:
        return list(
            self._session.scalars(select(Organization.id).where(Organization.kind == "bidder"))
        )

    def running_tenders(self) -> int:
        return int(self._session.scalar(RUNNING) or 0)

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


def _values(snapshot_id: UUID, row: Row) -> dict[str, UUID | str | date | bool | None]:
    return {
        "id": uuid4(),
        "snapshot_id": snapshot_id,
        "reference": row.reference,
        "subject": row.subject,
        "name": row.name,
        "name_key": row.name_key,
        "identifier": row.identifier,
        "mask": row.mask,
        "country": row.country,
        "severity": row.severity,
        "reason": row.reason,
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "by_name": not identity.is_uscc(row.identifier),
    }


@dataclass(frozen=True, slots=True)
class Touched:
    """An entry that one of two snapshots has and the other has not, exactly so."""

    new: bool
    reference: str
    subject: names.Kind
    name_key: str
    identifier: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """A name by which a firm is looked for: its own, or one of its people's."""

    organization_id: UUID
    subject: names.Kind
    name: str
    identifier: str | None


CONTENT = """reference, subject, name, name_key, identifier, mask, country, severity, reason,
    effective_from, effective_to"""
TOUCHED = text(f"""
    select true, reference, subject, name_key, identifier from (
        select {CONTENT} from registry.list_entry where snapshot_id = :after except
        select {CONTENT} from registry.list_entry where snapshot_id = :before) came
    union all
    select false, reference, subject, name_key, identifier from (
        select {CONTENT} from registry.list_entry where snapshot_id = :before except
        select {CONTENT} from registry.list_entry where snapshot_id = :after) gone
""")  # noqa: S608 - the only name in it is a constant above
SUBJECTS = text("""
    select id, 'company', name, coalesce(uscc, registration_number) from registry.organization
        where kind = 'bidder'
    union all
    select organization_id, 'company', name, null from registry.former_name
    union all
    select organization_id, subject, name, identifier from registry.declared_owner
    union all
    select id, 'person', legal_representative, null from registry.organization
        where kind = 'bidder' and legal_representative is not null
    union all
    select organization_id, 'person', name, null from registry.practitioner where removed_at is null
""")
NUMBERED = text("""
    select distinct n.organization_id from registry.person_number n
    join registry.person_digest own on own.owner = n.owner
    join registry.person_digest d on d.digest = own.digest and d.owner <> n.owner
    join registry.list_entry e on e.id = d.owner
    where e.snapshot_id in (:after, :before)
""")
# Who waits to be screened anyway is not asked for twice.
ASK = text("""
    insert into kit.outbox (task, argument, created_at, due_at)
    select 'screening.check_organization', o.id, :now, :due from registry.organization o
    where o.kind = 'bidder' and (cast(:ids as uuid[]) is null or o.id = any(cast(:ids as uuid[])))
      and not exists (select from kit.outbox w where w.task = 'screening.check_organization'
          and w.argument = o.id and w.created_at >= :now and w.relayed_at is null)
""")


class DeltaRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def touched(self, snapshot: ListSnapshot) -> list[Touched]:
        row = {"after": snapshot.id, "before": snapshot.previous_id}
        return [Touched(*found) for found in self._session.execute(TOUCHED, row)]

    def subjects(self) -> list[Known]:
        return [Known(*found) for found in self._session.execute(SUBJECTS)]

    def numbered(self, snapshot: ListSnapshot) -> set[UUID]:
        """Firms one of whose people the snapshot, or the one before, has by his number."""
        row = {"after": snapshot.id, "before": snapshot.previous_id}
        return set(self._session.scalars(NUMBERED, row))

    def ask(self, organizations: Sequence[UUID] | None, now: datetime, due: datetime) -> None:
        """Errands to screen these firms, or all of them; each carries one id and nothing else."""
        ids = None if organizations is None else list(organizations)
        self._session.execute(ASK, {"ids": ids, "now": now, "due": due})
