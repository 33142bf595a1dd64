-- The ceremony runs over the platform, which only carries what custodians sign.
create table custody.ceremony (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null,
    envelope text not null,
    attempt integer not null,
    state text not null check (state in ('certify', 'round1', 'round2', 'confirm', 'complete', 'failed')),
    terms bytea not null,
    session bytea not null unique,
    roster bytea not null,
    notice bytea not null,
    certificate bytea,
    certificate_entry uuid,
    failure text,
    culprit integer,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    unique (tender_id, envelope, attempt)
);
create table custody.ceremony_message (
    ceremony_id uuid not null references custody.ceremony,
    step text not null check (step in ('certify', 'round1', 'round2', 'confirm', 'complaint')),
    custodian integer not null,
    body bytea not null,
    received_at timestamptz not null,
    primary key (ceremony_id, step, custodian)
);
create table custody.presence (
    name text primary key,
    seen_at timestamptz not null,
    clock_offset_ms integer not null default 0
);
-- Written by the worker at not-before, never sooner: before that this table says nothing to anyone.
create table custody.release_request (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null,
    envelope text not null,
    number integer not null,
    body bytea not null,
    digest bytea not null,
    box_entry uuid not null,
    request_entry uuid not null,
    created_at timestamptz not null,
    done_at timestamptz,
    unique (tender_id, envelope, number)
);
create table custody.release_answer (
    request_id uuid not null references custody.release_request,
    custodian integer not null,
    commitment bytea,
    commitment_entry uuid,
    answer bytea,
    refusal bytea,
    refused_rule text,
    updated_at timestamptz not null,
    primary key (request_id, custodian)
);

-- What a ceremony came to never changes: clients trust its certificate, and the opening needs it.
create function custody.keep_ceremony() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        if old.ended_at is not null then
            raise exception 'A ceremony that is over never changes.'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
create trigger keep_ceremony before update or delete on custody.ceremony
    for each row execute function custody.keep_ceremony();

grant usage on schema custody to public;
call kit.let_read('custody.ceremony', 'as_custodian', 'as_centre', 'as_tendering_party', 'as_agent',
    'as_supervisor', 'as_operator', 'as_bidder', 'as_public');
call kit.let_read('custody.presence', 'as_custodian', 'as_centre', 'as_tendering_party', 'as_agent',
    'as_supervisor', 'as_operator', 'as_public');
call kit.let_read('custody.ceremony_message', 'as_custodian', 'as_supervisor');
call kit.let_read('custody.release_request', 'as_custodian');
call kit.let_read('custody.release_answer', 'as_custodian');
grant insert on custody.ceremony to as_tendering_party, as_agent, as_centre;
grant insert on custody.ceremony_message, custody.release_answer, custody.presence to as_custodian;
grant update (state, certificate, certificate_entry, failure, culprit, ended_at) on custody.ceremony
    to as_custodian;
grant update (commitment, answer, refusal, refused_rule, commitment_entry, updated_at)
    on custody.release_answer to as_custodian;
grant update (seen_at, clock_offset_ms) on custody.presence to as_custodian;
grant select, insert, update, delete on all tables in schema custody to as_worker;

-- A ceremony carries the notice, so it is seen with its tender, and begun by those who write that.
alter table custody.ceremony enable row level security;
create policy visible on custody.ceremony for select to as_public, as_bidder, as_tendering_party,
    as_agent, as_centre, as_supervisor, as_custodian, as_operator
    using (exists (select from notice.tender t where t.id = tender_id));
create policy own on custody.ceremony for insert to as_tendering_party, as_agent
    with check (exists (select from notice.tender t where t.id = tender_id
        and kit.organization() in (t.tendering_party_id, t.agent_id)));
create policy centre on custody.ceremony for insert to as_centre with check (true);
-- It begins at its first step: nobody brings a finished one.
create policy beginnings on custody.ceremony as restrictive for insert
    to as_tendering_party, as_agent, as_centre
    with check (state = 'certify' and num_nonnulls(certificate, certificate_entry, ended_at) = 0);
create policy custodians on custody.ceremony for update to as_custodian using (true);
create policy worker on custody.ceremony to as_worker using (true);

-- Whom to call when a custodian falls silent. The roster has no telephone: it is fixed for years and
-- public. Rows are added and never changed, so that a number which leads to somebody else stays beside
-- the one it took the place of, with who entered it.
create table custody.contact (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    person text not null check (length(person) between 1 and 100),
    phone text not null check (length(phone) between 3 and 40),
    entered_by uuid not null,
    entered_at timestamptz not null default kit.now()
);
create index contact_of on custody.contact (name, entered_at desc);
call kit.let_read('custody.contact', 'as_centre', 'as_operator', 'as_supervisor', 'as_custodian');
grant insert (id, name, person, phone, entered_by) on custody.contact to as_centre, as_operator;
alter table custody.contact enable row level security;
create policy watched on custody.contact for select to as_centre, as_operator, as_supervisor using (true);
create policy own on custody.contact for select to as_custodian
    using (name = (select o.name from registry.organization o where o.id = kit.organization()));
create policy entered on custody.contact for insert to as_centre, as_operator
    with check (entered_by = kit.actor());
