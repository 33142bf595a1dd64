create table notice.tender (
    id uuid primary key default gen_random_uuid(),
    reference text not null unique,
    title text not null,
    summary text not null,
    tendering_party_id uuid not null,
    tendering_party_name text not null,
    agent_id uuid,
    status text not null check (status in ('draft', 'ceremony', 'published', 'closed', 'opened', 'failed',
        'cancelled')),
    deadline timestamptz not null,
    not_before timestamptz not null check (not_before >= deadline),
    minimum_bids integer not null check (minimum_bids >= 1),
    threshold integer not null,
    box_size integer not null,
    currency text not null,
    ceiling_price text,
    notice bytea,
    created_by uuid not null,
    created_at timestamptz not null,
    published_at timestamptz
);
create table notice.document (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null references notice.tender,
    name text not null,
    media_type text not null,
    size bigint not null,
    sha256 bytea not null,
    object uuid not null,
    added_at timestamptz not null,
    unique (tender_id, name)
);
-- One row for each part that opens by itself: a lot's technical or its price envelope.
create table notice.envelope (
    tender_id uuid not null references notice.tender,
    name text not null,
    lot text not null,
    part text not null check (part in ('all', 'technical', 'price')),
    recipient text,
    certificate bytea,
    primary key (tender_id, name)
);

grant usage on schema notice to public;
call kit.let_read('notice.tender', 'as_public', 'as_bidder', 'as_tendering_party', 'as_agent', 'as_centre',
    'as_supervisor', 'as_custodian', 'as_operator');
call kit.let_read('notice.document', 'as_public', 'as_bidder', 'as_tendering_party', 'as_agent',
    'as_centre', 'as_supervisor', 'as_custodian', 'as_operator');
call kit.let_read('notice.envelope', 'as_public', 'as_bidder', 'as_tendering_party', 'as_agent',
    'as_centre', 'as_supervisor', 'as_custodian', 'as_operator');
grant insert on notice.tender, notice.document, notice.envelope to as_tendering_party, as_agent, as_centre;
grant update (title, summary, deadline, not_before, minimum_bids, threshold, box_size, currency,
    ceiling_price, status, notice, published_at) on notice.tender
    to as_tendering_party, as_agent, as_centre;
grant select, insert, update on all tables in schema notice to as_worker;

-- Drafts are seen by the side that writes them; the published row never changes under their hands.
alter table notice.tender enable row level security;
create policy published on notice.tender for select to as_public, as_bidder, as_supervisor, as_custodian,
    as_operator using (status <> 'draft');
create policy own on notice.tender to as_tendering_party, as_agent
    using (kit.organization() in (tendering_party_id, agent_id) or status not in ('draft', 'ceremony'))
    with check (kit.organization() in (tendering_party_id, agent_id));
create policy centre on notice.tender to as_centre using (true);
create policy worker on notice.tender to as_worker using (true);
