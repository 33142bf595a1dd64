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
-- Bids whose stored bytes are missing or not those that were logged: whoever has the right ones hands
-- them in. The statement is public in the record; it says how many bytes, and which.
create table opened.wanted (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null,
    envelope text not null,
    position integer not null,
    statement bytea not null,
    size bigint not null,
    sha256 bytea not null,
    since timestamptz not null,
    settled_at timestamptz,
    unique (tender_id, envelope, position)
);
-- One at a time for each. Whoever knows the id goes on with it; objects are named after the id, start
-- and size, so that no row can name somebody else's. A piece counts once it is stored.
create table opened.supply (
    id uuid primary key,
    wanted_id uuid not null unique references opened.wanted,
    begun_at timestamptz not null,
    verified_at timestamptz
);
create table opened.supply_piece (
    supply_id uuid not null references opened.supply on delete cascade,
    start bigint not null,
    size integer not null check (size between 1 and 8388608),
    arrived_at timestamptz not null,
    stored boolean not null default false,
    primary key (supply_id, start, size)
);
create unique index supply_piece_stored on opened.supply_piece (supply_id, start) where stored;
-- Custodians' signed words that their part of a key is gone. Several may stand in one name: what another
-- one wrote there first keeps nobody's own out, and the signature tells them apart.
create table opened.erasure (
    tender_id uuid not null,
    envelope text not null,
    custodian integer not null,
    digest bytea not null check (length(digest) = 32),
    body bytea not null check (length(body) <= 65536),
    entry_id uuid not null,
    at timestamptz not null,
    primary key (tender_id, envelope, custodian, digest)
);
-- Headers of revoked bids, as an age file that only supervisors can decrypt; `leaves` are those in it.
create table opened.annex (
    tender_id uuid primary key,
    leaves text[] not null,
    body bytea not null,
    made_at timestamptz not null
);
-- What is deleted once an opening is over, when, and that it was.
create table opened.ending (
    tender_id uuid not null,
    envelope text not null,
    final_at timestamptz not null,
    appeals_end timestamptz not null,
    keep_until timestamptz not null,
    answers_deleted_at timestamptz,
    bids_deleted_at timestamptz,
    primary key (tender_id, envelope)
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

-- What is wanted is the worker's to say; bytes for it come from anybody.
call kit.let_read('opened.annex', 'as_supervisor');
call kit.let_read('opened.erasure', 'as_public', 'as_custodian', 'as_supervisor');
grant insert on opened.erasure to as_custodian;
call kit.let_read('opened.ending', 'as_public');
call kit.let_read('opened.wanted', 'as_public');
call kit.let_read('opened.supply', 'as_public');
call kit.let_read('opened.supply_piece', 'as_public');
grant insert (id, wanted_id, begun_at) on opened.supply to as_public;
grant insert (supply_id, start, size, arrived_at) on opened.supply_piece to as_public;
grant update (stored) on opened.supply_piece to as_public;
grant delete on opened.supply to as_worker;
alter table opened.supply enable row level security;
create policy anybody on opened.supply for select to as_public using (true);
create policy wanted on opened.supply for insert to as_public
    with check (exists (select from opened.wanted w where w.id = wanted_id and w.settled_at is null));
create policy worker on opened.supply to as_worker using (true);
