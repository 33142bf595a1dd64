"""What tables say that the log has told of: supervisors hold the two against each other.

A row that somebody changed by hand has no entry that says so. Each query gives object, field and
value as an entry of the log sets them; `sunseal_parties.auditor.tables` says which entry sets what.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from sunseal_crypto.bundle import Fact

# Every registered firm and authority, and the key that signs for it.
REGISTERED = """
    select 'organization/' || id as object, 'kind' as field, kind as value
    from registry.organization
    union all
    select 'organization/' || id, 'name', name from registry.organization
    union all
    select 'organization/' || organization_id, 'key', encode(public_key, 'base64')
    from registry.signing_key where revoked_at is null
"""
# Of people those whom the reader's side knows: the staff.
PEOPLE = "select 'person/' || id, 'role', role from registry.person"
# What two people decided about a firm, step by step.
DECIDED = """
    select 'organization/' || a.organization_id, 'adjudication/' || a.id, a.verdict || ' ' ||
        case when c.adjudication_id is null then 'proposed' else 'confirmed' end
    from registry.adjudication a
        left join registry.adjudication_confirmation c on c.adjudication_id = a.id
"""
# A list in force, by a digest over its entries. `encode` breaks lines only behind 76 characters.
DIGEST = """
    encode(sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(e.reference, e.subject,
        e.name, e.identifier, e.severity, e.reason, e.effective_from, e.effective_to)::text,
        'UTF8')), ''::bytea order by e.reference, e.name, e.id), ''::bytea)), 'base64')
"""
LISTED = """
    select 'list/' || s.code, 'digest', {digest}
    from registry.list_source s join registry.list_entry e on e.snapshot_id = s.current_snapshot
    group by s.code
""".replace("{digest}", DIGEST)
# The tender as pages show it, for its notice; and what they show of its opening, for its record.
TENDER = """
    select 'tender/' || t.id, f.field, f.value
    from notice.tender t cross join lateral (values
        ('reference', t.reference), ('title', t.title), ('summary', t.summary),
        ('tendering_party', t.tendering_party_name), ('agent', coalesce(t.agent_name, '')),
        ('deadline', extract(epoch from t.deadline)::text),
        ('not_before', extract(epoch from t.not_before)::text),
        ('minimum_bids', t.minimum_bids::text), ('threshold', t.threshold::text),
        ('box_size', t.box_size::text), ('currency', t.currency),
        ('ceiling_price', coalesce(t.ceiling_price, ''))) as f (field, value)
    where t.id = :tender and t.notice is not null
    union all
    select 'tender/' || tender_id, 'document/' || name, size || ' ' || encode(sha256, 'base64')
    from notice.document where tender_id = :tender
    union all
    select 'tender/' || tender_id || '/clarification/' || number, 'clarification',
        encode(sha256(body), 'base64')
    from notice.clarification where tender_id = :tender
"""
# In the table that pages and certificates read, and as the hall read it out last: the hall's board
# is made of its events, so whoever changed one of them alone would change what everybody sees.
OPENED = """
    select 'tender/' || tender_id || '/envelope/' || envelope,
        'leaf/' || position || '/' || f.field, f.value
    from opened.bid cross join lateral (values
        ('outcome', outcome), ('price', coalesce(price, '')), ('currency', coalesce(currency, '')),
        ('organization', coalesce(organization_id::text, '')),
        ('name', coalesce(organization_name, ''))) as f (field, value)
    where tender_id = :tender
    union
    select 'tender/' || cast(:tender as text) || '/envelope/' || envelope,
        'leaf/' || position || '/' || f.field, coalesce(f.value, '')
    from (select envelope, position::text from opened.bid where tender_id = :tender) b
        full join (select distinct on (1, 2) coalesce(body ->> 'envelope', '') as envelope,
                coalesce(body ->> 'position', '') as position, body as said
            from opened.hall_event where tender_id = :tender and kind = 'bid'
            order by 1, 2, id desc) e using (envelope, position),
        lateral (values ('outcome', said ->> 'outcome'), ('price', said ->> 'price'),
            ('currency', said ->> 'currency'), ('name', said ->> 'organization')
        ) as f (field, value)
"""
# What was done in the hall, by its bytes; as the hall shows it, if that says the same; and what
# the hall shows although nobody did it.
ACTS = """
    select 'tender/' || a.tender_id || '/act/' || a.id, f.field, f.value
    from opened.act a left join opened.hall_event e
            on e.tender_id = a.tender_id and e.body ->> 'id' = a.id::text,
        lateral (select encode(sha256(a.body), 'base64') as digest) d,
        lateral (values ('digest', d.digest), ('shown', case
            when a.kind = 'attendance' and e.id is null then d.digest
            when (e.kind, e.body) = (a.kind, opened.told(a.body, a.entry_id))
            then d.digest else coalesce(e.body ->> 'text', '') end)) as f (field, value)
    where a.tender_id = :tender
    union all
    select 'tender/' || e.tender_id || '/act/' || coalesce(e.body ->> 'id', ''), 'shown',
        coalesce(e.body ->> 'text', '')
    from opened.hall_event e
    where e.tender_id = :tender and e.kind not in ('release', 'answer', 'bid', 'record', 'failed')
        and not exists (select from opened.act a
            where a.tender_id = e.tender_id and a.id::text = e.body ->> 'id')
"""
REGISTRY = " union all ".join((REGISTERED, PEOPLE, DECIDED, LISTED))
FACTS = " union all ".join((REGISTRY, TENDER, f"({OPENED})", ACTS))
# What is logged, and not under the checkpoint yet, may be the very change that a table shows.
WAITING = """
    select case action when 'organization.register'
        then 'person/' || (convert_from(detail, 'UTF8')::jsonb -> 'data' ->> 'person')
        else object end as object
    from audit.entry where (tick is null or tick > :last) and (object like 'tender/%/act/%'
        or action in ('organization.register', 'person.add', 'key.enrol', 'screening.import',
            'screening.decision', 'opening.record', 'log.carry', 'clarification.publish'))
    union all
    select object from audit.entry
    where (tick is null or tick > :last) and action = 'organization.register'
"""
QUERY = """
    select f.object, f.field, f.value, w.object is not null as waiting
    from ({facts}) as f (object, field, value)
        left join (select distinct object from ({waiting}) as e) as w on w.object = f.object
    order by f.object collate "C", f.field collate "C", f.value collate "C"
"""
LIST_DIGEST = "select {digest} from registry.list_entry e where e.snapshot_id = :snapshot"


def facts(session: Session, tender: UUID, last: int) -> Iterator[Fact]:
    """Everything to be held against the entries up to tick `last`."""
    query = text(QUERY.replace("{facts}", FACTS).replace("{waiting}", WAITING))
    rows = session.execute(query, {"tender": tender, "last": last})
    for row in rows:
        yield Fact(object=row.object, field=row.field, value=row.value, waiting=row.waiting)


def registry(session: Session) -> dict[str, dict[str, str]]:
    """What the registry's tables say, by object and field: a log that follows another begins with
    it, or nobody could hold those tables against anything."""
    made: dict[str, dict[str, str]] = {}
    for row in session.execute(text(f"{REGISTRY} order by 1, 2")):
        made.setdefault(row.object, {})[row.field] = row.value
    return made


def list_digest(session: Session, snapshot: UUID) -> str:
    """A digest over the entries of a list, as the log and `facts` name it."""
    query = text(LIST_DIGEST.replace("{digest}", DIGEST))
    return str(session.execute(query, {"snapshot": snapshot}).scalar_one())
