create table registry.organization (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    name_key text not null,
    uscc text unique,
    country text not null default 'CN',
    kind text not null check (kind in ('bidder', 'tendering_party', 'agent', 'centre', 'supervisor',
        'custodian', 'operator')),
    legal_representative text,
    registered_at timestamptz not null
);
create index organization_name_key on registry.organization (name_key);

create table registry.person (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references registry.organization,
    name text not null,
    email text not null unique,
    role text not null check (role in ('bidder', 'tendering_party', 'agent', 'centre', 'supervisor',
        'custodian', 'operator')),
    administrator boolean not null default false,
    password_hash text not null,
    totp_secret text,
    disabled_at timestamptz,
    created_at timestamptz not null
);

create table registry.practitioner (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references registry.organization,
    name text not null,
    id_digest bytea,
    added_at timestamptz not null,
    removed_at timestamptz
);

-- A firm's signing keys: one in force at a time; an administrator's re-enrolment revokes the last.
create table registry.signing_key (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references registry.organization,
    public_key bytea not null unique check (length(public_key) = 32),
    enrolled_by uuid not null,
    enrolled_at timestamptz not null,
    revoked_at timestamptz
);
create unique index signing_key_in_force on registry.signing_key (organization_id) where revoked_at is null;

create table registry.session (
    id uuid primary key default gen_random_uuid(),
    token_digest bytea not null unique check (length(token_digest) = 32),
    person_id uuid not null references registry.person,
    kind text not null check (kind in ('session', 'token')),
    label text not null default '',
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz
);

-- Whose token is this? Only who holds the token can ask, so the logins themselves may.
create function registry.authenticate(p_digest bytea)
    returns table (person_id uuid, organization_id uuid, role text, administrator boolean, session_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select p.id, p.organization_id, p.role, p.administrator, s.id
        from registry.session s join registry.person p on p.id = s.person_id
        where s.token_digest = p_digest and s.revoked_at is null
          and s.expires_at > kit.now() and p.disabled_at is null
    $$;

-- Lists against which bidders are screened. A snapshot never changes; `current` names the one in force.
create table registry.list_source (
    code text primary key,
    kind text not null check (kind in ('bribery', 'blacklist')),
    title text not null,
    required boolean not null,
    max_age interval not null,
    min_rows integer not null,
    current_snapshot uuid
);
create table registry.list_snapshot (
    id uuid primary key default gen_random_uuid(),
    source text not null references registry.list_source,
    sha256 bytea not null,
    rows integer not null,
    published_at timestamptz not null,
    imported_at timestamptz not null,
    imported_by uuid
);
create table registry.list_entry (
    id uuid primary key default gen_random_uuid(),
    snapshot_id uuid not null references registry.list_snapshot,
    reference text not null,
    subject text not null check (subject in ('company', 'person')),
    name text not null,
    name_key text not null,
    identifier text,
    severity text not null,
    reason text not null,
    effective_from date not null,
    effective_to date
);
create index list_entry_identifier on registry.list_entry (snapshot_id, identifier);
create index list_entry_name_key on registry.list_entry (snapshot_id, name_key);

-- The result of screening a firm as such (on registration, nightly, on a new list): it names no tender.
create table registry.screening (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references registry.organization,
    at timestamptz not null,
    decision text not null check (decision in ('clear', 'hit', 'needs_review')),
    sentence text not null,
    evidence jsonb not null
);
create index screening_of on registry.screening (organization_id, at desc);

-- Both lists are required: without one that is in age nobody is clear.
insert into registry.list_source (code, kind, title, required, max_age, min_rows) values
    ('bribery', 'bribery', '行贿犯罪记录', true, '30 days', 1),
    ('blacklist', 'blacklist', '失信黑名单', true, '30 days', 1);

-- What people decided about one subject and one entry: `scope` hashes both, so a verdict lapses when
-- either changes. Nothing is ever changed here; a verdict counts once another person confirms it.
create table registry.adjudication (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references registry.organization,
    source text not null references registry.list_source,
    reference text not null,
    scope bytea not null,
    verdict text not null check (verdict in ('hit', 'clear')),
    reason text not null,
    proposed_by uuid not null references registry.person,
    proposed_at timestamptz not null
);
create index adjudication_of on registry.adjudication (organization_id);
create table registry.adjudication_confirmation (
    adjudication_id uuid primary key references registry.adjudication,
    confirmed_by uuid not null references registry.person,
    confirmed_at timestamptz not null
);
create function registry.confirmed_by_another() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        if exists (select from registry.adjudication a
            where a.id = new.adjudication_id and a.proposed_by = new.confirmed_by)
        then
            raise exception 'Whoever proposed a verdict does not confirm it.'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
create trigger confirmed_by_another before insert or update on registry.adjudication_confirmation
    for each row execute function registry.confirmed_by_another();

grant usage on schema registry to public;
call kit.let_read('registry.organization', 'as_tendering_party', 'as_agent', 'as_centre', 'as_supervisor',
    'as_custodian', 'as_operator', 'as_bidder', 'as_door');
call kit.let_read('registry.practitioner', 'as_centre', 'as_supervisor', 'as_operator', 'as_bidder', 'as_door');
call kit.let_read('registry.signing_key', 'as_supervisor', 'as_operator', 'as_bidder', 'as_door');
call kit.let_read('registry.screening', 'as_supervisor', 'as_centre', 'as_bidder');
grant select (id, organization_id, name, email, role, administrator, disabled_at, created_at)
    on registry.person to as_tendering_party, as_agent, as_centre, as_supervisor, as_custodian,
    as_operator, as_bidder;
grant select (id, person_id, kind, label, created_at, expires_at, revoked_at) on registry.session
    to as_tendering_party, as_agent, as_centre, as_supervisor, as_custodian, as_operator, as_bidder;
grant update (revoked_at) on registry.session to as_tendering_party, as_agent, as_centre,
    as_supervisor, as_custodian, as_operator, as_bidder;
grant insert on registry.session to as_tendering_party, as_agent, as_centre, as_supervisor,
    as_custodian, as_operator, as_bidder;

grant insert on registry.organization, registry.person, registry.session to as_door;
grant select (id, organization_id, name, email, role, administrator, password_hash, disabled_at,
    created_at) on registry.person to as_door;

grant insert on registry.person, registry.practitioner, registry.signing_key to as_bidder;
grant update (removed_at) on registry.practitioner to as_bidder;
grant update (revoked_at) on registry.signing_key to as_bidder;
grant insert on registry.organization, registry.person to as_operator;


call kit.let_read('registry.list_source', 'as_supervisor', 'as_centre', 'as_operator');
call kit.let_read('registry.list_snapshot', 'as_supervisor', 'as_centre', 'as_operator');
call kit.let_read('registry.list_entry', 'as_supervisor', 'as_centre', 'as_operator');
call kit.let_read('registry.adjudication', 'as_supervisor', 'as_centre', 'as_bidder');
call kit.let_read('registry.adjudication_confirmation', 'as_supervisor', 'as_centre', 'as_bidder');
grant insert on registry.adjudication to as_supervisor, as_centre;
grant insert on registry.adjudication_confirmation to as_supervisor;
grant insert on registry.list_snapshot, registry.list_entry, registry.list_source to as_centre, as_operator;
grant update (current_snapshot) on registry.list_source to as_centre, as_operator;
grant select, insert, update, delete on all tables in schema registry to as_worker;
grant execute on function registry.authenticate(bytea) to sunseal_desk, sunseal_box, sunseal_work;

-- A firm sees and changes itself alone.
do $$
declare
    name text;
begin
    foreach name in array array['organization', 'person', 'practitioner', 'signing_key', 'screening'] loop
        execute format('alter table registry.%I enable row level security', name);
        execute format('create policy staff on registry.%I to as_tendering_party, as_agent, as_centre,
            as_supervisor, as_custodian, as_operator, as_door, as_worker using (true)', name);
        execute format('create policy own on registry.%I to as_bidder using (%s = kit.organization())',
            name, case name when 'organization' then 'id' else 'organization_id' end);
    end loop;
end $$;
-- Who signs in on which side. A desk page that is taken over could otherwise make itself a session, an
-- account or a colleague of a bidder, or see when bidders sign in; and a bidder's page one of staff.
-- The login decides, which no statement changes, and not the role or the actor, which one does.
create function registry.on_this_side(p_role text) returns boolean language sql stable
    as $$ select (p_role = 'bidder') = (session_user = 'sunseal_box') $$;
grant execute on function registry.on_this_side(text) to public;
create policy side on registry.person as restrictive to as_door, as_tendering_party, as_agent,
    as_centre, as_supervisor, as_custodian, as_operator, as_bidder using (registry.on_this_side(role));
create policy side on registry.organization as restrictive for insert to as_door, as_operator
    with check (registry.on_this_side(kind));

-- A firm hears of a verdict about itself when it counts, not while it is being weighed.
alter table registry.adjudication enable row level security;
create policy staff on registry.adjudication to as_supervisor, as_centre, as_worker using (true);
create policy own on registry.adjudication for select to as_bidder
    using (organization_id = kit.organization() and exists (
        select from registry.adjudication_confirmation c where c.adjudication_id = id));
alter table registry.session enable row level security;
create policy door on registry.session to as_door, as_worker using (true);
create policy own on registry.session to as_tendering_party, as_agent, as_centre, as_supervisor,
    as_custodian, as_operator, as_bidder using (person_id = kit.actor());
-- A session is where its person is: the subquery sees the people of this side alone.
create policy side on registry.session as restrictive to as_door, as_tendering_party, as_agent,
    as_centre, as_supervisor, as_custodian, as_operator, as_bidder
    using (exists (select from registry.person p where p.id = person_id));
