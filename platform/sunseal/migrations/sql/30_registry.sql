create table registry.organization (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    name_key text not null,
    uscc text unique,
    country text not null default 'CN',
    registration_number text,
    kind text not null check (kind in ('bidder', 'tendering_party', 'agent', 'centre', 'supervisor',
        'custodian', 'operator')),
    legal_representative text,
    registered_at timestamptz not null
);
create index organization_name_key on registry.organization (name_key);
-- A firm from abroad has no credit code; its register's number is unique in its country.
create unique index organization_abroad on registry.organization (country, registration_number)
    where registration_number is not null;

-- What a firm was called before: a list may know it by that name.
create table registry.former_name (
    organization_id uuid not null references registry.organization,
    name text not null,
    primary key (organization_id, name)
);

-- Who owns a firm, by its own declaration; `identifier` is a company's alone.
create table registry.declared_owner (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references registry.organization,
    subject text not null check (subject in ('company', 'person')),
    name text not null,
    identifier text check (identifier is null or subject = 'company'),
    country text not null,
    declared_at timestamptz not null
);
create index declared_owner_of on registry.declared_owner (organization_id);

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
    kind text not null check (kind in ('session', 'token', 'half', 'enrolment')),
    label text not null default '',
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz
);

-- Whose token is this? Only who holds the token can ask, so the logins themselves may. A session that
-- still waits for its second factor is nobody's but the door's, and on its own side alone.
create function registry.authenticate(p_digest bytea)
    returns table (person_id uuid, organization_id uuid, role text, administrator boolean, session_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select p.id, p.organization_id, case when w.waits then 'door' else p.role end,
            p.administrator and not w.waits, s.id
        from registry.session s join registry.person p on p.id = s.person_id,
            lateral (select s.kind in ('half', 'enrolment')) as w (waits)
        where s.token_digest = p_digest and s.revoked_at is null
          and s.expires_at > kit.now() and p.disabled_at is null
          and (not w.waits or (p.role = 'bidder') = (session_user = 'sunseal_box'))
    $$;

-- Lists against which bidders are screened. A snapshot never changes; `current` names the one in force.
-- A list that is fetched says here how the last fetch ended and when the next is due: the circuit
-- breaker of all workers together, which a restart does not reset.
create table registry.list_source (
    code text primary key,
    kind text not null check (kind in ('bribery', 'blacklist', 'sanctions')),
    title text not null,
    required boolean not null,
    max_age interval not null,
    min_rows integer not null,
    current_snapshot uuid,
    fetch_state text check (fetch_state in ('done', 'unreachable', 'timeout', 'stale', 'error')),
    failures integer not null default 0,
    next_fetch_at timestamptz
);
create table registry.list_snapshot (
    id uuid primary key default gen_random_uuid(),
    source text not null references registry.list_source,
    sha256 bytea not null,
    rows integer not null,
    published_at timestamptz not null,
    imported_at timestamptz not null,
    imported_by uuid,
    previous_id uuid references registry.list_snapshot
);
create table registry.list_fetch (
    id uuid primary key default gen_random_uuid(),
    source text not null references registry.list_source,
    at timestamptz not null,
    state text not null check (state in ('done', 'unreachable', 'timeout', 'stale', 'error')),
    reason text not null,
    snapshot_id uuid references registry.list_snapshot
);
create index list_fetch_of on registry.list_fetch (source, at desc);
-- `identifier` is a company's alone. Of a person's there is a mask here and a digest below.
create table registry.list_entry (
    id uuid primary key default gen_random_uuid(),
    snapshot_id uuid not null references registry.list_snapshot,
    reference text not null,
    subject text not null check (subject in ('company', 'person')),
    name text not null,
    name_key text not null,
    identifier text check (identifier is null or subject = 'company'),
    mask text,
    country text,
    severity text not null,
    reason text not null,
    effective_from date not null,
    effective_to date,
    -- Whether names alone must tell, because it bears no credit code that tells it from others.
    by_name boolean not null default true
);
create index list_entry_by_name on registry.list_entry (snapshot_id) where by_name;
create index list_entry_identifier on registry.list_entry (snapshot_id, identifier);
create index list_entry_name_key on registry.list_entry (snapshot_id, name_key);

create index list_entry_reference on registry.list_entry (snapshot_id, reference);

-- Numbers of people's id cards as firms declare them, encrypted to the worker: the only place where a
-- whole number is, and nobody who reads the database reads it. `owner` is a practitioner or a declared
-- owner, or the firm itself for its legal representative.
create table registry.person_number (
    owner uuid primary key,
    organization_id uuid not null references registry.organization,
    mask text not null,
    sealed bytea not null
);
create index person_number_of on registry.person_number (organization_id);

-- Person identifiers, as HMACs under keys that are not in the database; `owner` is an entry of a list
-- or of the district's blacklist, or as above. One row for each version of the key.
create table registry.person_digest (
    owner uuid not null,
    version integer not null,
    digest bytea not null check (length(digest) = 32),
    primary key (owner, version)
);
create index person_digest_of on registry.person_digest (digest);

-- What an entry of this severity does to whom it concerns: `bar` lasts until the entry's end.
create table registry.severity_effect (
    severity text primary key,
    effect text not null check (effect in ('warn', 'review', 'bar'))
);
insert into registry.severity_effect (severity, effect) values
    ('minor', 'warn'), ('轻微', 'warn'),
    ('general', 'review'), ('一般', 'review'),
    ('serious', 'bar'), ('严重', 'bar'), ('especially serious', 'bar'), ('特别严重', 'bar'),
    ('bar', 'bar');

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
-- Of people and firms abroad. Not required by law, so their absence bars nobody from being clear.
insert into registry.list_source (code, kind, title, required, max_age, min_rows) values
    ('ofac', 'sanctions', 'OFAC SDN', false, '30 days', 1000),
    ('opensanctions', 'sanctions', 'OpenSanctions', false, '30 days', 1000);
-- What this platform's own blacklist says is in force here by definition, and never out of age.
insert into registry.list_source (code, kind, title, required, max_age, min_rows) values
    ('district', 'blacklist', '本区信用惩戒名单', false, '36500 days', 0);

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

-- The district's own blacklist: made from a decision by one person, confirmed by another, appealed
-- against by whom it concerns, and over by itself. Rows are added and never changed.
create table registry.blacklist_entry (
    id uuid primary key default gen_random_uuid(),
    decision_number text not null,
    authority text not null,
    organization_id uuid references registry.organization,
    subject text not null check (subject in ('company', 'person')),
    name text not null,
    identifier text check (identifier is null or subject = 'company'),
    mask text,
    severity text not null references registry.severity_effect,
    reason text not null,
    effective_from date not null,
    effective_to date not null check (effective_to >= effective_from),
    proposed_by uuid not null references registry.person,
    proposed_at timestamptz not null
);
create index blacklist_entry_of on registry.blacklist_entry (organization_id);
create table registry.blacklist_confirmation (
    entry_id uuid primary key references registry.blacklist_entry,
    confirmed_by uuid not null references registry.person,
    confirmed_at timestamptz not null
);
create table registry.blacklist_appeal (
    id uuid primary key default gen_random_uuid(),
    entry_id uuid not null unique references registry.blacklist_entry,
    organization_id uuid not null references registry.organization,
    grounds text not null,
    filed_by uuid not null references registry.person,
    filed_at timestamptz not null
);
create table registry.blacklist_ruling (
    appeal_id uuid primary key references registry.blacklist_appeal,
    outcome text not null check (outcome in ('upheld', 'dismissed')),
    reason text not null,
    ruled_by uuid not null references registry.person,
    ruled_at timestamptz not null
);
-- Who was written to about what; the same letter is not sent twice.
create table registry.blacklist_letter (
    entry_id uuid not null references registry.blacklist_entry,
    occasion text not null check (occasion in ('listed', 'upheld', 'dismissed')),
    sent_at timestamptz not null,
    primary key (entry_id, occasion)
);
create function registry.listed_by_two() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        if exists (select from registry.blacklist_entry e
            where e.id = new.entry_id and e.proposed_by = new.confirmed_by)
        then
            raise exception 'Whoever proposed an entry does not confirm it.'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
create trigger listed_by_two before insert or update on registry.blacklist_confirmation
    for each row execute function registry.listed_by_two();
-- An appeal is judged by somebody who had no hand in the entry.
create function registry.ruled_by_a_third() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        if exists (select from registry.blacklist_appeal a
            join registry.blacklist_entry e on e.id = a.entry_id
            left join registry.blacklist_confirmation c on c.entry_id = e.id
            where a.id = new.appeal_id and new.ruled_by in (e.proposed_by, c.confirmed_by))
        then
            raise exception 'Whoever made or confirmed an entry does not judge the appeal.'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
create trigger ruled_by_a_third before insert or update on registry.blacklist_ruling
    for each row execute function registry.ruled_by_a_third();

-- The public notice (通报). What is over, or was struck out on appeal, is not in it; of a person it
-- shows neither identifier nor mask, because the name and the decision's number suffice.
create view registry.blacklist_notice as
    select e.id, e.decision_number, e.authority, e.subject, e.name, e.identifier, e.severity,
        e.reason, e.effective_from, e.effective_to,
        case when a.id is null then 'none' when r.outcome is null then 'filed' else r.outcome end as appeal
    from registry.blacklist_entry e
    join registry.blacklist_confirmation c on c.entry_id = e.id
    left join registry.blacklist_appeal a on a.entry_id = e.id
    left join registry.blacklist_ruling r on r.appeal_id = a.id
    where (kit.now() at time zone 'Asia/Shanghai')::date between e.effective_from and e.effective_to
      and r.outcome is distinct from 'upheld';

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

grant insert on registry.organization, registry.person, registry.session, registry.former_name,
    registry.declared_owner, registry.person_number, registry.person_digest to as_door;
grant insert on registry.person_number, registry.person_digest to as_bidder;
grant select (owner, organization_id, mask) on registry.person_number to as_door, as_bidder,
    as_supervisor, as_centre;
call kit.let_read('registry.former_name', 'as_centre', 'as_supervisor', 'as_bidder', 'as_door');
call kit.let_read('registry.declared_owner', 'as_centre', 'as_supervisor', 'as_bidder', 'as_door');
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
call kit.let_read('registry.list_fetch', 'as_supervisor', 'as_centre', 'as_operator');
call kit.let_read('registry.severity_effect', 'as_supervisor', 'as_centre', 'as_operator', 'as_bidder');
grant insert on registry.list_snapshot, registry.list_entry, registry.list_source, registry.person_digest
    to as_centre, as_operator;
grant update (current_snapshot, fetch_state, failures, next_fetch_at) on registry.list_source
    to as_centre, as_operator;
call kit.let_read('registry.blacklist_entry', 'as_supervisor', 'as_centre', 'as_bidder');
call kit.let_read('registry.blacklist_confirmation', 'as_supervisor', 'as_centre', 'as_bidder');
call kit.let_read('registry.blacklist_appeal', 'as_supervisor', 'as_centre', 'as_bidder');
call kit.let_read('registry.blacklist_ruling', 'as_supervisor', 'as_centre', 'as_bidder');
call kit.let_read('registry.blacklist_notice', 'as_public', 'as_supervisor', 'as_centre', 'as_operator',
    'as_tendering_party', 'as_agent', 'as_bidder', 'as_custodian', 'as_worker');
grant insert on registry.blacklist_entry, registry.person_digest to as_supervisor, as_centre;
grant insert on registry.blacklist_confirmation, registry.blacklist_ruling to as_supervisor;
grant insert on registry.blacklist_appeal to as_bidder;
grant select, insert, update, delete on all tables in schema registry to as_worker;
grant execute on function registry.authenticate(bytea) to sunseal_desk, sunseal_box, sunseal_work;

-- A firm sees and changes itself alone.
do $$
declare
    name text;
begin
    foreach name in array array['organization', 'person', 'practitioner', 'signing_key', 'screening',
            'former_name', 'declared_owner', 'person_number'] loop
        execute format('alter table registry.%I enable row level security', name);
        execute format('create policy staff on registry.%I to as_tendering_party, as_agent, as_centre,
            as_supervisor, as_custodian, as_operator, as_door, as_worker using (true)', name);
        execute format('create policy own on registry.%I to as_bidder using (%s = kit.organization())',
            name, case name when 'organization' then 'id' else 'organization_id' end);
    end loop;
end $$;
-- Whose numbers and digests: the door's are of a firm that registers at this moment, a bidder's of its
-- own people. A page that is taken over could otherwise give a rival the digest of somebody barred.
create function registry.registers_now(p_organization uuid) returns boolean language sql stable
    set search_path = pg_catalog, pg_temp
    as $$ select exists (select from registry.organization o where o.id = p_organization
        and o.registered_at > kit.now() - interval '5 minutes') $$;
grant execute on function registry.registers_now(uuid) to as_door;
create policy newcomer on registry.former_name as restrictive for insert to as_door
    with check (registry.registers_now(organization_id));
create policy newcomer on registry.declared_owner as restrictive for insert to as_door
    with check (registry.registers_now(organization_id));
create policy newcomer on registry.person_number as restrictive for insert to as_door
    with check (registry.registers_now(organization_id) and (owner = organization_id or exists (
        select from registry.declared_owner d
        where d.id = owner and d.organization_id = person_number.organization_id)));
create policy own_people on registry.person_number as restrictive for insert to as_bidder
    with check (exists (select from registry.practitioner p where p.id = owner));
alter table registry.person_digest enable row level security;
create policy staff on registry.person_digest to as_centre, as_supervisor, as_operator, as_worker
    using (true);
create policy firms on registry.person_digest for insert to as_door, as_bidder
    with check (exists (select from registry.person_number n where n.owner = person_digest.owner));
create policy newcomer on registry.person_digest as restrictive for insert to as_door
    with check (exists (select from registry.person_number n where n.owner = person_digest.owner
        and registry.registers_now(n.organization_id)));
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
-- A firm reads the blacklist's entries about itself, once they count, and appeals against those alone.
-- A confirmation names no firm; which entry it confirms is known to whoever may read that entry.
alter table registry.blacklist_entry enable row level security;
create policy staff on registry.blacklist_entry to as_supervisor, as_centre, as_worker using (true);
create policy own on registry.blacklist_entry for select to as_bidder
    using (organization_id = kit.organization() and exists (
        select from registry.blacklist_confirmation c where c.entry_id = id));
alter table registry.blacklist_appeal enable row level security;
create policy staff on registry.blacklist_appeal to as_supervisor, as_centre, as_worker using (true);
create policy own on registry.blacklist_appeal to as_bidder using (organization_id = kit.organization())
    with check (organization_id = kit.organization() and exists (
        select from registry.blacklist_entry e where e.id = entry_id));
alter table registry.blacklist_ruling enable row level security;
create policy staff on registry.blacklist_ruling to as_supervisor, as_centre, as_worker using (true);
create policy own on registry.blacklist_ruling for select to as_bidder
    using (exists (select from registry.blacklist_appeal a where a.id = appeal_id));
