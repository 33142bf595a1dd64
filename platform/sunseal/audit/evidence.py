"""What supervisors read: entries, shown ticks, and what an opening left behind."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

# Rows are fetched as they are written out; a log may be larger than the memory.
AT_ONCE = {"yield_per": 2000}

ENTRIES = text("""
    select id, tender_id, actor, role, action, object, outcome, reason, at, tick, slot, commitment,
           detail
    from audit.entry
    where (cast(:tender as uuid) is null or tender_id = :tender)
      and (cast(:actor as text) is null or actor = :actor)
      and (cast(:pseudonym as text) is null or (actor = :pseudonym and role = 'as_bidder')
           or convert_from(detail, 'UTF8')::jsonb -> 'data' ->> 'pseudonym' = :pseudonym)
      and (cast(:role as text) is null or role = :role)
      and (cast(:action as text) is null or action = :action)
      and (cast(:outcome as text) is null or outcome = :outcome)
      and (cast(:since as timestamptz) is null or at >= :since)
      and (cast(:until as timestamptz) is null or at < :until)
      and (cast(:after as uuid) is null
           or (at, id) < (select at, id from audit.entry where id = :after))
    order by at desc, id desc limit :limit
""")
ACTIVITY = text("""
    select date_trunc('hour', at) as hour, count(*) filter (where outcome <> 'refused') as done,
           count(*) filter (where outcome = 'refused') as refused
    from audit.entry where at >= :since group by 1 order by 1
""")
PEOPLE = text("""
    select p.id::text, p.name, o.name as organization
    from registry.person p join registry.organization o on o.id = p.organization_id
    where p.id::text = any(:ids)
""")
# Next to what happened in a tender, before and after it: by them other clocks tell when it did.
BESIDE = text("""
    with places as (
        select distinct t.index from audit.entry e join audit.tick t on t.number = e.tick
        where e.tender_id = :tender and e.tick <= :last
    )
    select distinct near.size from places cross join lateral (
        (select c.size from audit.checkpoint c where c.size <= places.index and :quorum <=
            (select count(distinct s.cosigner) from audit.cosignature s where s.size = c.size)
         order by c.size desc limit 1)
        union all
        (select c.size from audit.checkpoint c where c.size > places.index and :quorum <=
            (select count(distinct s.cosigner) from audit.cosignature s where s.size = c.size)
         order by c.size limit 1)
    ) near where near.size <= :size order by near.size
""")
LEAVES = text("select leaf from audit.tick where index < :size order by index")
TICKS = text("""
    select number, seed, slots, commitments from audit.tick_seed where number <= :last
    order by number
""")
OPENED_ENTRIES = text("""
    select tick, slot, nonce, detail, path from audit.entry where tick <= :last order by tick, slot
""")
# Only what is opened by a record that the checkpoint covers: the rest is not finished yet.
ENVELOPES = text("""
    select e.name, t.notice, e.certificate, exists (
        select from opened.record r join audit.entry a on a.id = r.entry_id
        where r.tender_id = t.id and r.envelope = e.name and a.tick <= :last) as opened
    from notice.tender t join notice.envelope e on e.tender_id = t.id
    where t.id = :tender and e.certificate is not null order by e.name
""")
AMENDMENTS = text("""
    select a.number, a.body, a.signature, c.signature as confirmation
    from notice.amendment a join notice.amendment_confirmation c on c.amendment_id = a.id
    where a.tender_id = :tender and a.envelope = :envelope order by a.number
""")
RECORDS = text("""
    select r.number, r.body from opened.record r join audit.entry a on a.id = r.entry_id
    where r.tender_id = :tender and r.envelope = :envelope and a.tick <= :last order by r.number
""")
REQUESTS = text("""
    select number, body from custody.release_request
    where tender_id = :tender and envelope = :envelope order by number
""")
ANSWERS = text("""
    select number, custodian, body from opened.answer
    where tender_id = :tender and envelope = :envelope order by number, custodian
""")
REFUSALS = text("""
    select r.number, a.custodian, a.refusal as body
    from custody.release_answer a join custody.release_request r on r.id = a.request_id
    where r.tender_id = :tender and r.envelope = :envelope and a.refusal is not null
    order by r.number, a.custodian
""")
BIDS = text("""
    select position, manifest, manifest_signature from opened.bid
    where tender_id = :tender and envelope = :envelope and manifest is not null
      and manifest_signature is not null order by position
""")

# Anything may stand there in a custodian's name; whose word it is, its signature says.
ERASURES = text("""
    select custodian, row_number() over (partition by custodian order by at, digest) as number, body
    from opened.erasure where tender_id = :tender and envelope = :envelope
    order by custodian, number
""")


class EvidenceRepository:
    """Reads as a supervisor; rows come as they are stored."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def entries(self, filters: Mapping[str, object]) -> list[Row[Any]]:
        return list(self._session.execute(ENTRIES, filters))

    def activity(self, since: datetime) -> list[Row[Any]]:
        """Entries by the hour, done and refused."""
        return list(self._session.execute(ACTIVITY, {"since": since}))

    def people(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Name and organization of those ids that are staff's."""
        rows = self._session.execute(PEOPLE, {"ids": list(ids)})
        return {row.id: (row.name, row.organization) for row in rows}

    def has_tender(self, tender: UUID) -> bool:
        found = text("select exists (select from notice.tender where id = :tender)")
        return bool(self._session.execute(found, {"tender": tender}).scalar_one())

    def handover(self) -> bytes | None:
        """The file about the log before this one, if there was one."""
        query = text("select file from audit.handover")
        file: bytes | None = self._session.execute(query).scalar_one_or_none()
        return bytes(file) if file is not None else None

    def last_tick(self, size: int) -> int:
        """The number of the last tick in a log of `size`."""
        query = text("select number from audit.tick where index = :index")
        number: int = self._session.execute(query, {"index": size - 1}).scalar_one()
        return number

    def beside(self, tender: UUID, last: int, size: int, quorum: int) -> list[int]:
        """Sizes of cosigned checkpoints, up to `size`, next to the ticks of a tender."""
        named = {"tender": tender, "last": last, "size": size, "quorum": quorum}
        return list(self._session.scalars(BESIDE, named))

    def leaves(self, size: int) -> Iterator[Row[Any]]:
        return self._stream(LEAVES, {"size": size})

    def ticks(self, last: int) -> Iterator[Row[Any]]:
        return self._stream(TICKS, {"last": last})

    def opened_entries(self, last: int) -> Iterator[Row[Any]]:
        return self._stream(OPENED_ENTRIES, {"last": last})

    def envelopes(self, tender: UUID, last: int) -> list[Row[Any]]:
        return list(self._session.execute(ENVELOPES, {"tender": tender, "last": last}))

    def amendments(self, tender: UUID, envelope: str) -> Iterator[Row[Any]]:
        return self._of(AMENDMENTS, tender, envelope)

    def records(self, tender: UUID, envelope: str, last: int) -> Iterator[Row[Any]]:
        return self._of(RECORDS, tender, envelope, last=last)

    def requests(self, tender: UUID, envelope: str) -> Iterator[Row[Any]]:
        return self._of(REQUESTS, tender, envelope)

    def answers(self, tender: UUID, envelope: str) -> Iterator[Row[Any]]:
        return self._of(ANSWERS, tender, envelope)

    def refusals(self, tender: UUID, envelope: str) -> Iterator[Row[Any]]:
        return self._of(REFUSALS, tender, envelope)

    def bids(self, tender: UUID, envelope: str) -> Iterator[Row[Any]]:
        return self._of(BIDS, tender, envelope)

    def erasures(self, tender: UUID, envelope: str) -> Iterator[Row[Any]]:
        return self._of(ERASURES, tender, envelope)

    def _of(self, query: Any, tender: UUID, envelope: str, **more: object) -> Iterator[Row[Any]]:
        named = {"tender": tender, "envelope": envelope, **more}
        return iter(self._session.execute(query, named))

    def _stream(self, query: Any, named: Mapping[str, object]) -> Iterator[Row[Any]]:
        return iter(self._session.execute(query, named, execution_options=AT_ONCE))
