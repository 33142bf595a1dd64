-- The box. No desk role has any right here; no foreign key and no row lock leads out of this schema,
-- because both leave a mark on the row they point at.
create table sealed.gate (
    id uuid not null unique default gen_random_uuid(), -- what task messages say instead of the tender
    tender_id uuid not null,
    envelope text not null,
    deadline timestamptz not null,
    not_before timestamptz not null,
    minimum_bids integer not null,
    box_size integer not null,
    terms bytea not null,
    recipient text not null,
    key_id bytea not null,
    state text not null check (state in ('open', 'closing', 'closed', 'released', 'opened', 'failed',
        'cancelled')),
    next_check_at timestamptz not null,
    closed_at timestamptz,
    screened_at timestamptz,
    box_root bytea,
    box_entry uuid,
    valid_until timestamptz, -- an opening ends then at the latest
    final_at timestamptz, -- and did end here
    fence integer not null default 0,
    note text not null default '',
    primary key (tender_id, envelope)
);
create table sealed.joining (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null,
    envelope text not null,
    organization_id uuid not null,
    person_id uuid not null,
    pseudonym bytea not null unique check (length(pseudonym) = 32),
    statement bytea not null,
    signature bytea not null,
    signing_key bytea not null,
    joined_at timestamptz not null,
    unique (tender_id, envelope, organization_id)
);
create table sealed.submission (
    id uuid primary key default gen_random_uuid(),
    joining_id uuid not null references sealed.joining,
    organization_id uuid not null,
    action text not null check (action in ('submit', 'replace', 'withdraw')),
    sequence integer not null,
    statement bytea not null,
    signature bytea not null,
    digest bytea not null unique,
    size bigint not null,
    sha256 bytea not null,
    state text not null check (state in ('committed', 'finalised', 'accepted', 'refused', 'replaced',
        'withdrawn', 'void')),
    upload_id uuid unique,
    header_object uuid,
    header_size integer,
    committed_at timestamptz not null,
    finalised_at timestamptz,
    entry_id uuid,
    promise text,
    refusal text,
    refusal_entry uuid
);
create index submission_joining on sealed.submission (joining_id);
-- One open statement at a time, and one chain: whatever the code does, two joined statements never
-- follow the same one.
create unique index submission_open on sealed.submission (joining_id) where state = 'committed';
create unique index submission_chain on sealed.submission (joining_id, sequence)
    where state in ('finalised', 'accepted', 'replaced', 'withdrawn');
create table sealed.upload (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null,
    submission_id uuid not null unique references sealed.submission,
    length bigint not null,
    expires_at timestamptz not null,
    created_at timestamptz not null
);
create table sealed.segment (
    upload_id uuid not null references sealed.upload on delete cascade,
    start bigint not null,
    size integer not null check (size > 0),
    sha256 bytea not null,
    object uuid not null,
    organization_id uuid not null,
    primary key (upload_id, start)
);
create index segment_object on sealed.segment (object);
create index submission_header on sealed.submission (header_object);
-- Log entries about the box: committed to at once, revealed at the opening.
create table sealed.event (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid,
    envelope text,
    organization_id uuid,
    nonce bytea not null,
    detail bytea not null,
    commitment bytea not null unique,
    first boolean not null default false,
    at timestamptz not null,
    tick bigint,
    slot integer,
    path bytea,
    revealed boolean not null default false
);
create index event_hidden on sealed.event (tender_id, envelope) where not revealed;
create index event_waiting on sealed.event (at) where tick is null;
create index event_tick on sealed.event (tick) where tick is not null;
-- That somebody looked at a firm's own rows, once for each sign-in, box and hour: the first look of an
-- hour makes an entry, and a client that asks every second makes no more of them.
create table sealed.look (
    viewer uuid not null,
    joining_id uuid not null,
    hour timestamptz not null,
    organization_id uuid not null,
    primary key (viewer, joining_id, hour)
);
create index look_hour on sealed.look (hour);
create table sealed.tick_seed (
    number bigint primary key,
    seed bytea not null
);
create table sealed.box_leaf (
    tender_id uuid not null,
    envelope text not null,
    position integer not null,
    nonce bytea not null,
    detail bytea not null,
    submission_id uuid,
    joining_id uuid,
    primary key (tender_id, envelope, position)
);
-- Screening tied to a tender is as secret as the bid.
create table sealed.screening (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null,
    envelope text not null,
    organization_id uuid not null,
    at timestamptz not null,
    decision text not null check (decision in ('clear', 'hit', 'needs_review')),
    sentence text not null,
    evidence jsonb not null,
    entry_id uuid
);
create index screening_of on sealed.screening (tender_id, envelope, organization_id, at desc);
-- Answers by request and custodian as they were judged: what the combination needs after a crash, and
-- what proves a lie. `answer` is the digest of what was judged; without a fault it holds.
create table sealed.share (
    request_id uuid not null,
    custodian integer not null,
    answer bytea not null,
    body bytea,
    fault text,
    primary key (request_id, custodian),
    check (body is not null or fault is not null)
);

grant usage on schema sealed to as_bidder, as_worker;
call kit.let_read('sealed.gate', 'as_bidder');
call kit.let_read('sealed.joining', 'as_bidder');
call kit.let_read('sealed.submission', 'as_bidder');
call kit.let_read('sealed.upload', 'as_bidder');
call kit.let_read('sealed.segment', 'as_bidder');
call kit.let_read('sealed.event', 'as_bidder');
grant update (note) on sealed.gate to as_bidder; -- what FOR SHARE asks for; the policy lets no row change
grant update (joined_at) on sealed.joining to as_bidder; -- and FOR UPDATE: one bidder's acts queue there
grant insert on sealed.look, sealed.joining, sealed.submission, sealed.upload, sealed.segment to as_bidder;
-- Which tick an entry is in, and when it is shown, is the worker's to say.
grant insert (id, tender_id, envelope, organization_id, nonce, detail, commitment, first, at)
    on sealed.event to as_bidder;
grant update (state, upload_id, header_object, header_size, finalised_at, entry_id, promise)
    on sealed.submission to as_bidder;
grant delete on sealed.upload, sealed.segment to as_bidder;
grant select, insert, update, delete on all tables in schema sealed to as_worker;
-- Not even the worker moves a deadline or gives a box another key, rewrites what was said to the box
-- or to the log, or changes a leaf under its root.
revoke update, delete on sealed.gate, sealed.joining, sealed.event, sealed.box_leaf from as_worker;
grant update (state, next_check_at, closed_at, screened_at, box_root, box_entry, valid_until, final_at,
    fence, note)
    on sealed.gate to as_worker;
grant update (joined_at) on sealed.joining to as_worker; -- what FOR UPDATE asks for
grant update (tick, slot, path, revealed) on sealed.event to as_worker;

do $$
declare
    name text;
begin
    foreach name in array array['joining', 'submission', 'upload', 'segment', 'event', 'screening',
        'look'] loop
        execute format('alter table sealed.%I enable row level security', name);
        execute format('create policy own on sealed.%I to as_bidder
            using (organization_id = kit.organization())', name);
        execute format('create policy worker on sealed.%I to as_worker using (true)', name);
    end loop;
end $$;
create policy frozen on sealed.joining as restrictive for update to as_bidder
    using (true) with check (false);
alter table sealed.gate enable row level security;
create policy read on sealed.gate for select to as_bidder using (true);
create policy lock on sealed.gate for update to as_bidder using (true) with check (false);
create policy worker on sealed.gate to as_worker using (true);

-- How many have joined is a secret even from bidders; whether the box is full is all they may learn.
create function sealed.box_has_room(p_tender uuid, p_envelope text) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select count(*) < (select box_size from sealed.gate where tender_id = p_tender and envelope = p_envelope)
        from sealed.joining where tender_id = p_tender and envelope = p_envelope
    $$;
grant execute on function sealed.box_has_room(uuid, text) to as_bidder;
