-- Written by the one-way door alone (opening/service/publish.py, as the worker).
create table opened.bid (
    tender_id uuid not null,
    envelope text not null,
    position integer not null,
    pseudonym bytea,
    organization_id uuid,
    organization_name text,
    outcome text not null check (outcome in ('opened', 'needs_review', 'withdrawn', 'empty', 'refused', 'barred',
        'pending', 'revoked', 'platform_fault', 'returned', 'not_opened')),
    reason text not null,
    price text,
    currency text,
    manifest bytea,
    manifest_signature bytea,
    opened_at timestamptz not null,
    primary key (tender_id, envelope, position)
);
create table opened.document (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null,
    envelope text not null,
    position integer not null,
    name text not null,
    size bigint not null,
    sha256 bytea not null,
    objects uuid[] not null,
    unique (tender_id, envelope, position, name)
);
create index document_objects on opened.document using gin (objects);
create table opened.record (
    tender_id uuid not null,
    envelope text not null,
    number integer not null,
    body bytea not null,
    final boolean not null,
    entry_id uuid not null,
    created_at timestamptz not null,
    primary key (tender_id, envelope, number)
);
-- What custodians answered, signed: points and proofs, never a header.
create table opened.answer (
    tender_id uuid not null,
    envelope text not null,
    number integer not null,
    custodian integer not null,
    body bytea not null,
    primary key (tender_id, envelope, number, custodian)
);
-- What the hall shows, in order; viewers who were away replay from here.
create table opened.hall_event (
    id bigint generated always as identity primary key,
    tender_id uuid not null,
    kind text not null,
    body jsonb not null,
    at timestamptz not null
);

grant usage on schema opened to public;
call kit.let_read('opened.bid', 'as_tendering_party', 'as_agent', 'as_centre', 'as_supervisor');
-- The public hears what is read aloud at an opening; the rest of a bid is the parties'.
grant select (tender_id, envelope, position, organization_id, organization_name, outcome, reason, price,
    currency, opened_at) on opened.bid to as_bidder, as_public;
call kit.let_read('opened.answer', 'as_supervisor');
call kit.let_read('custody.release_request', 'as_supervisor');
call kit.let_read('custody.release_answer', 'as_supervisor');
call kit.let_read('opened.document', 'as_tendering_party', 'as_agent', 'as_centre', 'as_supervisor');
call kit.let_read('opened.record', 'as_tendering_party', 'as_agent', 'as_centre', 'as_supervisor', 'as_bidder', 'as_public');
call kit.let_read('opened.hall_event', 'as_tendering_party', 'as_agent', 'as_centre', 'as_supervisor', 'as_bidder', 'as_public');
grant select, insert, update on all tables in schema opened to as_worker;
grant usage on all sequences in schema opened to as_worker;

-- A tendering party and its agent read the documents of their own tenders alone.
grant delete on opened.document to as_worker;
alter table opened.document enable row level security;
create policy parties on opened.document for select to as_tendering_party, as_agent
    using (exists (select from notice.tender t where t.id = tender_id
        and kit.organization() in (t.tendering_party_id, t.agent_id)));
create policy desk on opened.document for select to as_centre, as_supervisor using (true);
create policy worker on opened.document to as_worker using (true);
