"""Where events are found: facts that stand in other rooms' tables anyway.

Looking is the worker's. So no deed waits for a subscriber, and none is forgotten when one was made
while nobody looked. What is public is found by the timetable, never by what the box holds: before
an opening, everybody who is not its owner hears the same whether or not anybody bids.
"""

from sunseal.webhooks.rules import Event

# Each gives `subject`, `at` and `organization_id`; the last is null for what everybody may hear.
FACTS = {
    Event.PUBLISHED: """
        select id as subject, published_at as at, cast(null as uuid) as organization_id
        from notice.tender where published_at >= :since
    """,
    Event.AMENDED: """
        select amendment_id as subject, at, cast(null as uuid) as organization_id
        from notice.postponement where at >= :since
    """,
    # The time belongs to what is told once: a deadline that was moved comes near a second time.
    Event.DEADLINE_NEAR: """
        select id as subject, deadline - cast(:near as interval) as at,
            cast(null as uuid) as organization_id
        from notice.tender where status = 'published' and deadline > :now
            and deadline - cast(:near as interval) between :since and :now
    """,
    Event.CANCELLED: """
        select id as subject, cancelled_at as at, cast(null as uuid) as organization_id
        from notice.tender
        where status = 'cancelled' and published_at is not null and cancelled_at >= :since
    """,
    Event.CLARIFIED: """
        select id as subject, published_at as at, cast(null as uuid) as organization_id
        from notice.clarification where published_at >= :since
    """,
    Event.RECORDED: """
        select tender_id as subject, min(created_at) as at, cast(null as uuid) as organization_id
        from opened.record group by tender_id, envelope having min(created_at) >= :since
    """,
    Event.FINAL: """
        select tender_id as subject, created_at as at, cast(null as uuid) as organization_id
        from opened.record where final and created_at >= :since
    """,
    # Complete is a receipt whose tick is under a checkpoint with a quorum, the newest of `size`.
    Event.RECEIPT: """
        select s.id as subject, s.finalised_at as at, s.organization_id
        from sealed.submission s join sealed.event e on e.id = s.entry_id
        join audit.tick t on t.number = e.tick
        where s.finalised_at >= :since and t.index < :size
    """,
    # A firm hears of a verdict when it counts, and never that it was weighed and found clear.
    Event.SCREENING: """
        select a.id as subject, c.confirmed_at as at, a.organization_id
        from registry.adjudication a
        join registry.adjudication_confirmation c on c.adjudication_id = a.id
        where c.confirmed_at >= :since and (a.verdict = 'hit' or exists (
            select from registry.adjudication b
            join registry.adjudication_confirmation d on d.adjudication_id = b.id
            where b.organization_id = a.organization_id and b.scope = a.scope
              and b.verdict = 'hit' and d.confirmed_at < c.confirmed_at))
        union all
        select p.adjudication_id, r.ruled_at, p.organization_id
        from registry.adjudication_ruling r
        join registry.adjudication_appeal p on p.id = r.appeal_id where r.ruled_at >= :since
        union all
        select e.id, c.confirmed_at, e.organization_id from registry.blacklist_entry e
        join registry.blacklist_confirmation c on c.entry_id = e.id
        where e.organization_id is not null and c.confirmed_at >= :since
        union all
        select p.entry_id, r.ruled_at, p.organization_id from registry.blacklist_ruling r
        join registry.blacklist_appeal p on p.id = r.appeal_id where r.ruled_at >= :since
    """,
    Event.FINDING: """
        select f.id as subject, f.raised_at as at, o.id as organization_id
        from supervision.finding f cross join registry.organization o
        where o.kind = 'supervisor' and f.raised_at >= :since
    """,
}
OWNED = (Event.RECEIPT, Event.SCREENING, Event.FINDING)
