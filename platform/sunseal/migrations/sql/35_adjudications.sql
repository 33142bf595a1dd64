-- What becomes of a proposed verdict besides its confirmation. Rows are added and never changed.
create table registry.adjudication_rejection (
    adjudication_id uuid primary key references registry.adjudication,
    reason text not null,
    rejected_by uuid not null references registry.person,
    rejected_at timestamptz not null
);
create table registry.adjudication_appeal (
    id uuid primary key default gen_random_uuid(),
    adjudication_id uuid not null unique references registry.adjudication,
    organization_id uuid not null references registry.organization,
    grounds text not null,
    filed_by uuid not null references registry.person,
    filed_at timestamptz not null
);
create table registry.adjudication_ruling (
    appeal_id uuid primary key references registry.adjudication_appeal,
    outcome text not null check (outcome in ('upheld', 'dismissed')),
    reason text not null,
    ruled_by uuid not null references registry.person,
    ruled_at timestamptz not null
);
-- A proposal ends once: confirmed or rejected. Each side looks for the other behind the same lock.
create function registry.ends_once() returns trigger language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        perform from registry.adjudication a where a.id = new.adjudication_id for update;
        if exists (select from registry.adjudication_confirmation c
                where c.adjudication_id = new.adjudication_id)
            or exists (select from registry.adjudication_rejection r
                where r.adjudication_id = new.adjudication_id)
        then
            raise exception 'This proposal has been decided.' using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
create trigger ends_once before insert on registry.adjudication_confirmation
    for each row execute function registry.ends_once();
create trigger ends_once before insert on registry.adjudication_rejection
    for each row execute function registry.ends_once();
-- An appeal is judged by somebody who had no hand in the verdict.
create function registry.judged_by_a_third() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        if exists (select from registry.adjudication_appeal f
            join registry.adjudication a on a.id = f.adjudication_id
            left join registry.adjudication_confirmation c on c.adjudication_id = a.id
            where f.id = new.appeal_id and new.ruled_by in (a.proposed_by, c.confirmed_by))
        then
            raise exception 'Whoever made or confirmed a verdict does not judge the appeal.'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
create trigger judged_by_a_third before insert or update on registry.adjudication_ruling
    for each row execute function registry.judged_by_a_third();

call kit.let_read('registry.adjudication_rejection', 'as_supervisor', 'as_centre');
call kit.let_read('registry.adjudication_appeal', 'as_supervisor', 'as_centre', 'as_bidder');
call kit.let_read('registry.adjudication_ruling', 'as_supervisor', 'as_centre', 'as_bidder');
grant insert on registry.adjudication_rejection, registry.adjudication_ruling to as_supervisor;
grant insert on registry.adjudication_appeal to as_bidder;
grant select on registry.adjudication_rejection, registry.adjudication_appeal,
    registry.adjudication_ruling to as_worker;
alter table registry.adjudication_appeal enable row level security;
create policy staff on registry.adjudication_appeal to as_supervisor, as_centre, as_worker using (true);
-- Against a verdict about itself that counts; no other is visible to it.
create policy own on registry.adjudication_appeal to as_bidder using (organization_id = kit.organization())
    with check (organization_id = kit.organization() and exists (
        select from registry.adjudication a where a.id = adjudication_id));
alter table registry.adjudication_ruling enable row level security;
create policy staff on registry.adjudication_ruling to as_supervisor, as_centre, as_worker using (true);
create policy own on registry.adjudication_ruling for select to as_bidder
    using (exists (select from registry.adjudication_appeal a where a.id = appeal_id));

-- What a certificate says of the lists: whether each is in age, and which one.
grant select (code, title, required, max_age, current_snapshot, fetch_state) on registry.list_source to as_bidder;
grant select (id, source, sha256, published_at) on registry.list_snapshot to as_bidder;
