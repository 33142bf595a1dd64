"""The SQL of the registry of conduct.

What collects facts reads `registry` and `opened`. It never names the box: what a bidder did there
is a fact once the opening has said so.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sunseal.conduct.errors import AlreadyJudged
from sunseal.conduct.models import Fact, Note
from sunseal.organizations.models import Organization

ADD = """
    insert into registry.conduct_fact (organization_id, kind, origin, source, reference,
        legal_basis, statement, valid_from, valid_to, tender_id, recorded_at)
"""
ONCE = "on conflict (organization_id, kind, origin) do nothing"
# A decision against a firm is a penalty; that it stands on the district's list is a fact beside it.
# 招标投标法实施条例 Art. 78 has such decisions published; what they say is over with the listing.
PENALTIES = text(f"""{ADD}
    select e.organization_id, k.kind, 'blacklist/' || e.id, e.authority, e.decision_number,
        e.authority || ' ' || e.decision_number, e.severity || ': ' || e.reason,
        e.effective_from, e.effective_to, null, :now
    from registry.blacklist_entry e
    join registry.blacklist_confirmation c on c.entry_id = e.id
    cross join (values ('penalty'), ('blacklisting')) k (kind)
    where e.organization_id is not null {ONCE}
""")  # noqa: S608 - only constants of this file in it
APPEALS = text(f"""{ADD}
    select a.organization_id, 'appeal', 'blacklist-appeal/' || a.id, e.authority, e.decision_number,
        '招标投标法第六十五条', r.outcome || ': ' || r.reason,
        (r.ruled_at at time zone 'Asia/Shanghai')::date, e.effective_to, null, :now
    from registry.blacklist_appeal a join registry.blacklist_ruling r on r.appeal_id = a.id
    join registry.blacklist_entry e on e.id = a.entry_id {ONCE}
""")  # noqa: S608
VERDICT_APPEALS = text(f"""{ADD}
    select a.organization_id, 'appeal', 'adjudication-appeal/' || a.id, v.source, v.reference,
        '招标投标法第六十五条', r.outcome || ': ' || r.reason,
        (r.ruled_at at time zone 'Asia/Shanghai')::date, null, null, :now
    from registry.adjudication_appeal a join registry.adjudication_ruling r on r.appeal_id = a.id
    join registry.adjudication v on v.id = a.adjudication_id {ONCE}
""")  # noqa: S608
# What an appeal struck out of the blacklist is struck here as well.
STRIKE = text("""
    insert into registry.conduct_note (fact_id, kind, said, made_by, made_at)
    select f.id, 'struck', r.reason, null, :now
    from registry.conduct_fact f
    join registry.blacklist_appeal a on f.origin = 'blacklist/' || a.entry_id
    join registry.blacklist_ruling r on r.appeal_id = a.id and r.outcome = 'upheld'
    where f.kind in ('penalty', 'blacklisting') on conflict do nothing
""")
# Hits of each firm's newest result; a name alone is not one before two people have said so.
HITS = """
    hit as (
        select o.id as organization_id, f ->> 'source' as source, f ->> 'reference' as reference,
            'list/' || (f ->> 'source') || '/' || (f ->> 'scope') || '/' as base,
            f ->> 'reason' as reason, cast(f ->> 'entry' as uuid) as entry
        from registry.organization o cross join lateral (
            select evidence from registry.screening
            where organization_id = o.id order by at desc limit 1) s,
            jsonb_array_elements(s.evidence -> 'findings') f
        where o.kind = 'bidder' and f ->> 'decision' = 'hit' and f ->> 'source' <> 'district'
    )
"""
# One that comes back after it ended is another fact: so many times has it ended before.
LISTINGS = text(f"""
    with {HITS} {ADD}
    select h.organization_id, case l.kind when 'bribery' then 'bribery' else 'listing' end,
        h.base || (select count(*) from registry.conduct_fact p
            join registry.conduct_note n on n.fact_id = p.id and n.kind = 'ended'
            where p.organization_id = h.organization_id and starts_with(p.origin, h.base)),
        l.title, h.reference,
        case l.kind when 'bribery' then '刑法第三百八十九条至第三百九十三条' else l.title end,
        h.reason, e.effective_from, e.effective_to, null, :now
    from hit h join registry.list_source l on l.code = h.source
    join registry.list_entry e on e.id = h.entry {ONCE}
""")  # noqa: S608
# A list that no longer says it has let it end. A firm without a new result says nothing.
ENDED = text(f"""
    with {HITS}
    insert into registry.conduct_note (fact_id, kind, said, made_by, made_at)
    select f.id, 'ended', 'The list no longer says so.', null, :now from registry.conduct_fact f
    where f.kind in ('bribery', 'listing') and not exists (select from hit h
        where h.organization_id = f.organization_id
          and starts_with(f.origin, h.base))
    on conflict do nothing
""")  # noqa: S608
# A withdrawal is lawful until the deadline (招标投标法 Art. 29); the registry keeps how often.
OPENED = text(f"""{ADD}
    select c.organization_id, c.kind, 'opening/' || c.tender_id || '/' || c.envelope, t.title,
        t.reference, case c.kind when 'withdrawal' then '招标投标法第二十九条'
            else '招标投标法实施条例第三十五条' end,
        c.reason, (c.at at time zone 'Asia/Shanghai')::date,
        ((c.at at time zone 'Asia/Shanghai') + :term)::date, c.tender_id, :now
    from opened.conduct c join notice.tender t on t.id = c.tender_id {ONCE}
""")  # noqa: S608
NAMED = text("""
    select distinct organization_id, organization_name from opened.bid
    where tender_id = :tender and organization_id is not null order by organization_name
""")
IS_PARTY = text("""
    select exists (select from notice.tender
        where id = :tender and :organization in (tendering_party_id, agent_id))
""")


class ConductRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self, now: datetime, term: timedelta) -> None:
        """Takes what is new from each source; run again it adds nothing."""
        given = {"now": now}
        for statement in (PENALTIES, APPEALS, VERDICT_APPEALS, STRIKE, LISTINGS, ENDED):
            self._session.execute(statement, given)
        self._session.execute(OPENED, {**given, "term": term})

    def facts(self, organizations: Sequence[UUID] | None, kind: str | None) -> list[Fact]:
        """What the reader may see, by firm and day; of all firms when none is named."""
        query = select(Fact)
        if organizations is not None:
            query = query.where(Fact.organization_id.in_(organizations))
        if kind is not None:
            query = query.where(Fact.kind == kind)
        order = (Fact.organization_id, Fact.valid_from.desc(), Fact.kind, Fact.id)
        return list(self._session.scalars(query.order_by(*order)))

    def fact(self, fact_id: UUID) -> Fact | None:
        return self._session.get(Fact, fact_id)

    def notes(self, facts: Sequence[Fact]) -> dict[UUID, list[Note]]:
        """By fact, oldest first."""
        found: dict[UUID, list[Note]] = {fact.id: [] for fact in facts}
        query = select(Note).where(Note.fact_id.in_(found)).order_by(Note.made_at, Note.id)
        for note in self._session.scalars(query):
            found[note.fact_id].append(note)
        return found

    def add(self, note: Note) -> None:
        """Raises AlreadyJudged when this person has said it before."""
        self._session.add(note)
        try:
            self._session.flush()
        except IntegrityError:
            raise AlreadyJudged(note.fact_id) from None

    def named(self, tender_id: UUID) -> dict[UUID, str]:
        """The firms that an opening named, by id."""
        rows = self._session.execute(NAMED, {"tender": tender_id})
        return {row.organization_id: row.organization_name for row in rows}

    def names(self, organizations: Collection[UUID]) -> dict[UUID, str]:
        query = select(Organization.id, Organization.name).where(
            Organization.id.in_(set(organizations))
        )
        return {row.id: row.name for row in self._session.execute(query)}

    def is_party(self, tender_id: UUID, organization_id: UUID) -> bool:
        asked = {"tender": tender_id, "organization": organization_id}
        return bool(self._session.execute(IS_PARTY, asked).scalar_one())
