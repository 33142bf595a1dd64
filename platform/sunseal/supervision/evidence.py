"""What the rules look at: the log's entries in clear, custody, timetables, and after the opening
who signed in from where. Nothing of the box: a finding is shown at once, and would tell of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

# Entries are evidence once they have their place in the log.
REFUSALS = text("""
    select id, actor, role, action, object, reason, at, tick from audit.entry
    where outcome = 'refused' and at >= :since and tick is not null order by at, id
""")
ACTIONS = text("""
    select id, actor, role, action, object, at, tick from audit.entry
    where outcome = 'done' and role = any(:roles) and at >= :since and tick is not null
    order by at, id
""")
SIGN_INS = text("""
    select e.id, p.id::text as actor, 'as_' || p.role as role, e.action, e.object, e.at, e.tick
    from audit.entry e join registry.person p on e.object = 'person/' || p.id
    where e.action = 'session.sign-in' and 'as_' || p.role = any(:roles)
      and e.at >= :since and e.tick is not null order by e.at, e.id
""")
SEALED = text("""
    select id, reference, not_before from notice.tender where status in ('published', 'closed')
""")
TIMETABLES = text("""
    select t.id, t.reference, t.deadline, t.not_before, t.notice, g.envelope,
           g.deadline as gate_deadline, g.not_before as gate_not_before
    from notice.tender t left join sealed.gate g on g.tender_id = t.id
    where t.notice is not null and t.status in ('ceremony', 'published', 'closed')
""")
# With the words of the custodians that the log holds: what a row says of itself does not count.
AMENDMENTS = text("""
    select a.number, a.body, a.signature, c.signature as confirmation, k.terms, k.roster,
           w.details, w.times
    from notice.amendment a
    join notice.amendment_confirmation c on c.amendment_id = a.id
    join custody.ceremony k on k.tender_id = a.tender_id and k.envelope = a.envelope
        and k.state = 'complete'
    cross join lateral (
        select array_agg(e.detail order by t.number, e.slot) as details,
               array_agg(t.at order by t.number, e.slot) as times
        from custody.acknowledgement s join audit.entry e on e.id = s.entry_id
        join audit.tick t on t.number = e.tick where s.amendment_id = a.id) w
    where a.tender_id = :tender and a.envelope = :envelope order by a.number
""")
PRESENCES = text("select name, seen_at from custody.presence order by name")
# Where the log stands, and up to where a quorum of cosigners came along; from its first checkpoint,
# if there is none.
FOLLOWING = text("""
    select n.size, n.at as newest_at, t.number as tick, coalesce(f.size, 0) as followed,
           coalesce(f.at, b.at) as since
    from audit.head h
    join audit.checkpoint n on n.size = h.size
    join audit.tick t on t.index = h.size - 1
    cross join lateral (select c.at from audit.checkpoint c order by c.size limit 1) b
    left join lateral (
        select c.size, c.at from audit.checkpoint c join audit.cosignature s using (size)
        group by c.size, c.at having count(distinct s.cosigner) >= h.quorum
        order by c.size desc limit 1) f on true
""")
REQUESTS = text("""
    select r.id, r.tender_id, r.envelope, r.created_at, c.roster, e.tick, r.request_entry,
           array(select a.custodian from custody.release_answer a
                 where a.request_id = r.id and num_nonnulls(a.answer, a.refusal) > 0) as heard
    from custody.release_request r
    join custody.ceremony c on c.tender_id = r.tender_id and c.envelope = r.envelope
        and c.state = 'complete'
    join audit.entry e on e.id = r.request_entry
    where r.done_at is null and e.tick is not null
""")
# A judged answer is known only after not-before, so it says nothing of a box that is still shut.
LIES = text("""
    select s.request_id, s.custodian, s.fault, r.tender_id, r.envelope, a.commitment_entry,
           e.tick
    from sealed.share s join custody.release_request r on r.id = s.request_id
    left join custody.release_answer a
        on a.request_id = s.request_id and a.custodian = s.custodian
    left join audit.entry e on e.id = a.commitment_entry
    where s.fault is not null
""")
COSIGNATURES = text("""
    select c.size, c.cosigner, c.line, c.at, p.note, t.number as tick from audit.cosignature c
    join audit.checkpoint p using (size) join audit.tick t on t.index = c.size - 1
    where c.at >= :since order by c.at
""")
DRIFT = text("""
    update custody.presence set clock_offset_ms = :offset
    where name = :name and clock_offset_ms <> :offset
""")
# Only for tenders that are open, only firms that bid in them, only the time they were running.
SHARED = text("""
    with running as (
        select t.id, t.reference, t.published_at as since, max(r.created_at) as until,
               array_remove(array[t.tendering_party_id, t.agent_id], null) as parties
        from notice.tender t join opened.record r on r.tender_id = t.id
        where t.status = 'opened' group by t.id
    )
    select t.id as tender_id, t.reference, staff.id as staff, staff.role, firm.id as firm,
           firm.name as firm_name, bool_or(s.device = b.device) as same_device,
           min(b.at) as firm_at, min(s.at) as staff_at
    from running t
    join (select distinct tender_id, organization_id from opened.bid) bid on bid.tender_id = t.id
    join registry.organization firm on firm.id = bid.organization_id
    join registry.person bidder on bidder.organization_id = firm.id
    join supervision.sign_in b on b.person_id = bidder.id and b.at between t.since and t.until
    join supervision.sign_in s on s.address = b.address and s.at between t.since and t.until
    join registry.person staff on staff.id = s.person_id and (
        staff.role in ('centre', 'operator') or staff.organization_id = any(t.parties))
    group by t.id, t.reference, staff.id, staff.role, firm.id, firm.name
""")


class Evidence:
    """Reads as the worker; `since` bounds how far back a rule looks."""

    def __init__(self, session: Session, since: datetime) -> None:
        self._session = session
        self._since = since

    def refusals(self) -> Sequence[Row[Any]]:
        return self._rows(REFUSALS, since=self._since)

    def actions(self, roles: Sequence[str]) -> Sequence[Row[Any]]:
        return self._rows(ACTIONS, since=self._since, roles=list(roles))

    def sign_ins(self, roles: Sequence[str]) -> Sequence[Row[Any]]:
        return self._rows(SIGN_INS, since=self._since, roles=list(roles))

    def sealed(self) -> dict[UUID, Row[Any]]:
        return {row.id: row for row in self._rows(SEALED)}

    def timetables(self) -> Sequence[Row[Any]]:
        return self._rows(TIMETABLES)

    def amendments(self, tender: UUID, envelope: str) -> Sequence[Row[Any]]:
        """Those that two people confirmed, by number."""
        return self._rows(AMENDMENTS, tender=tender, envelope=envelope)

    def presences(self) -> Sequence[Row[Any]]:
        return self._rows(PRESENCES)

    def following(self) -> Sequence[Row[Any]]:
        return self._rows(FOLLOWING)

    def requests(self) -> Sequence[Row[Any]]:
        return self._rows(REQUESTS)

    def lies(self) -> Sequence[Row[Any]]:
        return self._rows(LIES)

    def cosignatures(self, since: datetime) -> Sequence[Row[Any]]:
        return self._rows(COSIGNATURES, since=since)

    def set_drift(self, name: str, offset: int) -> None:
        self._session.execute(DRIFT, {"name": name, "offset": offset})

    def shared(self) -> Sequence[Row[Any]]:
        return self._rows(SHARED)

    def _rows(self, query: Any, **named: object) -> Sequence[Row[Any]]:
        return self._session.execute(query, named).all()
