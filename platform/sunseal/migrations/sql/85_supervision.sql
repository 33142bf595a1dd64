-- What one person proposes and another, of another organization, confirms. The times are the
-- database's own, and who somebody is comes from the registry: a page that is taken over can neither
-- stretch a proposal nor confirm it in the name of someone who may not.
create table supervision.proposal (
    id uuid primary key default gen_random_uuid(),
    matter text not null check (matter in ('break-glass', 'add-custodian', 'export-sealed',
        'new-origin', 'reset-factors', 'disable-person')),
    object text not null,
    reason text not null check (length(reason) between 10 and 2000),
    proposed_by uuid not null references registry.person,
    proposed_at timestamptz not null default kit.now(),
    expires_at timestamptz not null default kit.now() + interval '24 hours',
    entry_id uuid not null
);
create table supervision.confirmation (
    proposal_id uuid primary key references supervision.proposal,
    reason text not null check (length(reason) between 10 and 2000),
    confirmed_by uuid not null references registry.person,
    confirmed_at timestamptz not null default kit.now(),
    entry_id uuid not null
);
create function supervision.by_an_operator() returns trigger language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        if not exists (select from registry.person p
            where p.id = new.proposed_by and p.role = 'operator' and p.disabled_at is null)
        then
            raise exception 'An operator proposes.' using errcode = 'insufficient_privilege';
        end if;
        return new;
    end $$;
create trigger by_an_operator before insert or update on supervision.proposal
    for each row execute function supervision.by_an_operator();
create function supervision.by_another() returns trigger language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        if not exists (
            select from supervision.proposal a
            join registry.person one on one.id = a.proposed_by
            join registry.person two on two.id = new.confirmed_by
            where a.id = new.proposal_id and a.expires_at > kit.now()
              and one.id <> two.id and one.organization_id <> two.organization_id
              and two.role = 'supervisor' and one.disabled_at is null and two.disabled_at is null)
        then
            raise exception 'A supervisor of another organization confirms, in time.'
                using errcode = 'insufficient_privilege';
        end if;
        return new;
    end $$;
create trigger by_another before insert or update on supervision.confirmation
    for each row execute function supervision.by_another();

-- A look at the box's states, made by the worker once two people agreed. Its body is in no role's
-- reach but by the function below, which gives it out once, to the one who asked for it.
create table supervision.glimpse (
    proposal_id uuid primary key references supervision.proposal,
    body jsonb,
    made_at timestamptz not null default kit.now(),
    read_at timestamptz
);
create function supervision.needs_both() returns trigger language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        if not exists (select from supervision.proposal a
            join supervision.confirmation c on c.proposal_id = a.id
            where a.id = new.proposal_id and a.matter = 'break-glass')
        then
            raise exception 'Nobody looks into the box alone.' using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
create trigger needs_both before insert on supervision.glimpse
    for each row execute function supervision.needs_both();
create function supervision.read_once(p_proposal uuid) returns jsonb language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        found jsonb;
    begin
        select g.body into found from supervision.glimpse g
            join supervision.proposal a on a.id = g.proposal_id
            where g.proposal_id = p_proposal and g.read_at is null
              and g.made_at > kit.now() - interval '1 hour' and a.proposed_by = kit.actor()
            for update of g;
        if found is not null then
            update supervision.glimpse set body = null, read_at = kit.now()
                where proposal_id = p_proposal;
        end if;
        return found;
    end $$;

-- What a rule found. `fact` is a digest of the rule and of what it found: nothing is found twice.
create table supervision.finding (
    id uuid primary key default gen_random_uuid(),
    rule text not null,
    fact bytea not null unique check (length(fact) = 32),
    tender_id uuid,
    sentence text not null,
    evidence jsonb not null,
    raised_at timestamptz not null
);
create index finding_raised on supervision.finding (raised_at, id);
-- Steps are added and never changed; the last one is the finding's state.
create table supervision.step (
    finding_id uuid not null references supervision.finding,
    number integer not null check (number >= 1),
    state text not null check (state in ('open', 'explained', 'rectification_ordered', 'closed')),
    reason text not null,
    taken_by uuid,
    at timestamptz not null,
    primary key (finding_id, number)
);
create table supervision.notice (
    finding_id uuid primary key references supervision.finding,
    reference text not null unique,
    body bytea not null,
    entry_id uuid not null
);
-- One row for each message and channel, so that a failing one is tried again by itself.
create table supervision.alert (
    id uuid primary key default gen_random_uuid(),
    cause uuid not null,
    occasion text not null,
    channel text not null check (channel in ('email', 'webhook', 'centre')),
    subject text not null,
    body text not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    unique (cause, occasion, channel)
);
-- From where somebody signed in, as a keyed digest: the key is in no database. Who signs in writes a
-- row and reads none; the worker compares them for tenders that are open.
create table supervision.sign_in (
    id uuid primary key default gen_random_uuid(),
    person_id uuid not null,
    address bytea not null check (length(address) = 32),
    device bytea not null check (length(device) = 32),
    at timestamptz not null
);
create index sign_in_at on supervision.sign_in (at);

grant usage on schema supervision to as_supervisor, as_operator, as_door, as_worker;
call kit.let_read('supervision.proposal', 'as_supervisor', 'as_operator');
call kit.let_read('supervision.confirmation', 'as_supervisor', 'as_operator');
call kit.let_read('supervision.finding', 'as_supervisor');
call kit.let_read('supervision.step', 'as_supervisor');
call kit.let_read('supervision.notice', 'as_supervisor');
grant select (proposal_id, made_at, read_at) on supervision.glimpse to as_supervisor, as_operator;
grant insert (id, matter, object, reason, proposed_by, entry_id) on supervision.proposal to as_operator;
grant insert (proposal_id, reason, confirmed_by, entry_id) on supervision.confirmation to as_supervisor;
grant insert on supervision.step, supervision.notice to as_supervisor;
grant insert on supervision.sign_in to as_door;
grant execute on function supervision.read_once(uuid) to as_operator;
grant select, insert on all tables in schema supervision to as_worker;
-- Nor does the worker: what two people said is not the code's to say.
revoke insert on supervision.proposal, supervision.confirmation, supervision.notice from as_worker;
revoke select on supervision.glimpse from as_worker;
grant select (proposal_id, made_at, read_at) on supervision.glimpse to as_worker;
grant update (body) on supervision.glimpse to as_worker; -- an old one is emptied
grant update (sent_at) on supervision.alert to as_worker;
grant delete on supervision.sign_in to as_worker;

-- Everybody signs with the own name.
alter table supervision.proposal enable row level security;
create policy watched on supervision.proposal for select to as_supervisor, as_operator, as_worker
    using (true);
create policy own on supervision.proposal for insert to as_operator
    with check (proposed_by = kit.actor());
alter table supervision.confirmation enable row level security;
create policy watched on supervision.confirmation for select
    to as_supervisor, as_operator, as_worker using (true);
create policy own on supervision.confirmation for insert to as_supervisor
    with check (confirmed_by = kit.actor());
alter table supervision.step enable row level security;
create policy watched on supervision.step for select to as_supervisor, as_worker using (true);
create policy own on supervision.step for insert to as_supervisor
    with check (taken_by = kit.actor() and number > 1);
create policy rules on supervision.step for insert to as_worker
    with check (taken_by is null and number = 1 and state = 'open');

-- Who takes a step in these matters has the worker tell about it.
create policy watchers on kit.outbox for insert to as_operator
    with check (task = 'supervision.announce');
create policy supervisors on kit.outbox for insert to as_supervisor
    with check (task in ('supervision.announce', 'supervision.break_glass'));
