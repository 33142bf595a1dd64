"""The SQL of the screening desk. None of it reads `sealed`, and the desk's login could not."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, RowMapping, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sunseal.adjudications.errors import AlreadyAppealed
from sunseal.adjudications.models import Rejection, VerdictAppeal, VerdictRuling
from sunseal.adjudications.rules import RUNNING
from sunseal.kit.appeals import AlreadyRuled
from sunseal.screening.models import Adjudication, Confirmation, ListEntry, ListSnapshot

# Each firm's newest result as such, finding by finding. A finding of two people of one name is one.
# The order is that of names and references: by the time of a check, it would follow what firms do.
CANDIDATES = """
    with newest as (
        select o.id as organization_id, o.name as organization, s.evidence
        from registry.organization o cross join lateral (
            select evidence from registry.screening
            where organization_id = o.id order by at desc limit 1) s
        where o.kind = 'bidder'
    ), candidate as (
        select distinct on (f ->> 'scope') n.organization_id, n.organization,
            f ->> 'scope' as scope, f ->> 'subject' as subject, f ->> 'role' as role,
            f ->> 'identifier' as identifier, f ->> 'source' as source,
            f ->> 'entry' as entry, f ->> 'reference' as reference, f ->> 'name' as name,
            f ->> 'decision' as decision, (f ->> 'adjudicated')::boolean as adjudicated,
            (f ->> 'score')::float as score, f ->> 'feature' as feature,
            f ->> 'alike' as alike,
            f ->> 'sentence' as sentence, n.evidence ->> 'matcher' as matcher,
            n.evidence -> 'lists' as lists
        from newest n, jsonb_array_elements(n.evidence -> 'findings') f
        order by f ->> 'scope', f ->> 'role'
    ), weighed as (
        select c.*, case when a.id is null or r.adjudication_id is not null then 'open'
            when k.adjudication_id is null then 'proposed' else 'decided' end as state
        from candidate c left join lateral (
            select id from registry.adjudication
            where organization_id = c.organization_id and scope = decode(c.scope, 'hex')
            order by proposed_at desc, id limit 1) a on true
        left join registry.adjudication_confirmation k on k.adjudication_id = a.id
        left join registry.adjudication_rejection r on r.adjudication_id = a.id
    )
    select * from weighed
"""
QUEUE = text(f"""{CANDIDATES}
    where decision = any(:decisions)
      and (cast(:state as text) is null or state = :state)
      and (cast(:source as text) is null or source = :source)
      and (cast(:organization as uuid) is null or organization_id = :organization)
      and (subject, source, reference, scope) > (:subject_after, :source_after, :reference_after,
          :scope_after)
    order by subject, source, reference, scope limit :limit
""")
ONE = text(f"{CANDIDATES} where scope = :scope")
HISTORY = text("""
    select a.id, a.verdict, a.reason, a.proposed_by, a.proposed_at, a.scope,
        k.confirmed_by, k.confirmed_at, r.rejected_by, r.rejected_at,
        p.name as proposer, q.name as confirmer, s.name as rejecter,
        r.reason as rejection, f.id as appeal_id, f.grounds, f.filed_at,
        g.outcome, g.reason as ruling, g.ruled_by, g.ruled_at
    from registry.adjudication a
    left join registry.adjudication_confirmation k on k.adjudication_id = a.id
    left join registry.adjudication_rejection r on r.adjudication_id = a.id
    left join registry.adjudication_appeal f on f.adjudication_id = a.id
    left join registry.adjudication_ruling g on g.appeal_id = f.id
    left join registry.person p on p.id = a.proposed_by
    left join registry.person q on q.id = k.confirmed_by
    left join registry.person s on s.id = r.rejected_by
    where a.organization_id = :organization
      and a.source = :source and a.reference = :reference
    order by a.proposed_at, a.id
""")
# What the firm is told: confirmed verdicts, oldest first, and what became of its appeals.
OWN = text("""
    select a.id, a.scope, a.source, l.title, a.reference, a.verdict, a.reason, f.id as appeal_id,
        g.outcome, g.reason as ruling
    from registry.adjudication a
    join registry.adjudication_confirmation k on k.adjudication_id = a.id
    join registry.list_source l on l.code = a.source
    left join registry.adjudication_appeal f on f.adjudication_id = a.id
    left join registry.adjudication_ruling g on g.appeal_id = f.id
    where a.organization_id = :organization order by k.confirmed_at, a.id
""")
APPEALS = text("""
    select f.id, f.adjudication_id, f.organization_id, o.name as organization, a.source,
        l.title, a.reference, a.reason, f.grounds, g.outcome, g.reason as ruling
    from registry.adjudication_appeal f
    join registry.adjudication a on a.id = f.adjudication_id
    join registry.organization o on o.id = f.organization_id
    join registry.list_source l on l.code = a.source
    left join registry.adjudication_ruling g on g.appeal_id = f.id
    order by g.outcome is not null, o.name, f.id
""")
HAS_TENDER = text("""
    select exists (select from notice.tender
        where :organization in (tendering_party_id, agent_id) and status = any(:running))
""")


class AdjudicationRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def queue(self, wish: dict[str, object]) -> Sequence[RowMapping]:
        return self._session.execute(QUEUE, wish).mappings().all()

    def candidate(self, scope: str) -> RowMapping | None:
        return self._session.execute(ONE, {"scope": scope}).mappings().one_or_none()

    def entry(self, entry_id: UUID) -> tuple[ListEntry, ListSnapshot] | None:
        query = (
            select(ListEntry, ListSnapshot)
            .join(ListSnapshot, ListSnapshot.id == ListEntry.snapshot_id)
            .where(ListEntry.id == entry_id)
        )
        found = self._session.execute(query).one_or_none()
        return None if found is None else (found[0], found[1])

    def history(self, organization_id: UUID, source: str, reference: str) -> Sequence[RowMapping]:
        place = {"organization": organization_id, "source": source, "reference": reference}
        return self._session.execute(HISTORY, place).mappings().all()

    def adjudication(self, adjudication_id: UUID) -> Adjudication | None:
        return self._session.get(Adjudication, adjudication_id)

    def confirmation(self, adjudication_id: UUID) -> Confirmation | None:
        return self._session.get(Confirmation, adjudication_id)

    def rejection(self, adjudication_id: UUID) -> Rejection | None:
        return self._session.get(Rejection, adjudication_id)

    def appeal(self, appeal_id: UUID) -> VerdictAppeal | None:
        return self._session.get(VerdictAppeal, appeal_id)

    def appeal_against(self, adjudication_id: UUID) -> VerdictAppeal | None:
        query = select(VerdictAppeal).where(VerdictAppeal.adjudication_id == adjudication_id)
        return self._session.scalar(query)

    def ruling(self, appeal_id: UUID) -> VerdictRuling | None:
        return self._session.get(VerdictRuling, appeal_id)

    def appeals(self) -> Sequence[Row[tuple[object, ...]]]:
        return self._session.execute(APPEALS).all()

    def own(self, organization_id: UUID) -> Sequence[Row[tuple[object, ...]]]:
        return self._session.execute(OWN, {"organization": organization_id}).all()

    def has_running_tender(self, organization_id: UUID) -> bool:
        asked = {"organization": organization_id, "running": [each.value for each in RUNNING]}
        return bool(self._session.execute(HAS_TENDER, asked).scalar_one())

    def add(self, row: Adjudication | Confirmation | Rejection) -> None:
        self._session.add(row)
        self._session.flush()  # its id is shown, and a trigger speaks here

    def file(self, appeal: VerdictAppeal) -> None:
        """Raises AlreadyAppealed when a colleague was faster."""
        self._session.add(appeal)
        try:
            self._session.flush()
        except IntegrityError:
            raise AlreadyAppealed(appeal.adjudication_id) from None

    def rule(self, ruling: VerdictRuling) -> None:
        """Raises AlreadyRuled."""
        self._session.add(ruling)
        try:
            self._session.flush()
        except IntegrityError:
            raise AlreadyRuled(ruling.appeal_id) from None
