-- The registry of conduct: what is known of a firm's integrity, with its source and its term.

-- Facts of an envelope that the opening tells of by name, carried through the one-way door with the
-- record. The record itself goes on naming a withdrawn bid by its pseudonym alone.
create table opened.conduct (
    tender_id uuid not null,
    envelope text not null,
    position integer not null,
    organization_id uuid not null,
    kind text not null check (kind in ('withdrawal', 'revocation')),
    reason text not null,
    at timestamptz not null,
    primary key (tender_id, envelope, position, kind)
);
grant select, insert on opened.conduct to as_worker;

-- `origin` is what a fact was taken from, so that it is taken once. No foreign keys: a fact must not
-- leave a lock on the row of a firm.
create table registry.conduct_fact (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null,
    kind text not null check (kind in ('penalty', 'blacklisting', 'appeal', 'bribery', 'listing',
        'withdrawal', 'revocation')),
    origin text not null,
    source text not null,
    reference text not null,
    legal_basis text not null,
    statement text not null,
    valid_from date not null,
    valid_to date,
    tender_id uuid,
    recorded_at timestamptz not null,
    unique (organization_id, kind, origin)
);
create index conduct_fact_of on registry.conduct_fact (organization_id, valid_from);
-- What happened to a fact afterwards: its firm objects, supervisors let it stand or strike it, or its
-- source says that it is over. One person's `struck` is a proposal, and two people's a fact.
create table registry.conduct_note (
    id uuid primary key default gen_random_uuid(),
    fact_id uuid not null references registry.conduct_fact,
    kind text not null check (kind in ('objection', 'stands', 'struck', 'ended')),
    said text not null,
    made_by uuid,
    made_at timestamptz not null,
    check (made_by is not null or kind in ('struck', 'ended'))
);
create index conduct_note_of on registry.conduct_note (fact_id, made_at);
create unique index conduct_note_once on registry.conduct_note (fact_id, kind, made_by)
    where kind in ('struck', 'stands');
create unique index conduct_ended_once on registry.conduct_note (fact_id, kind) where made_by is null;

create function registry.never_changes() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        raise exception 'The registry of conduct is only added to.'
            using errcode = 'restrict_violation';
    end $$;
create trigger never_changes before update or delete on registry.conduct_fact
    for each row execute function registry.never_changes();
create trigger never_changes before update or delete on registry.conduct_note
    for each row execute function registry.never_changes();
create trigger never_emptied before truncate on registry.conduct_fact
    for each statement execute function registry.never_changes();
create trigger never_emptied before truncate on registry.conduct_note
    for each statement execute function registry.never_changes();

-- Struck by two people, or by its own source. Those who may not read the notes may ask this.
create function registry.is_struck(p_fact uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select count(distinct n.made_by) > 1 or bool_or(n.made_by is null)
        from registry.conduct_note n where n.fact_id = p_fact and n.kind = 'struck'
    $$;
grant execute on function registry.is_struck(uuid) to as_supervisor, as_centre, as_tendering_party,
    as_agent, as_bidder, as_worker;

call kit.let_read('registry.conduct_fact', 'as_supervisor', 'as_centre', 'as_tendering_party',
    'as_agent', 'as_bidder');
call kit.let_read('registry.conduct_note', 'as_supervisor', 'as_bidder');
grant insert on registry.conduct_note to as_supervisor, as_bidder;
grant select, insert on registry.conduct_fact, registry.conduct_note to as_worker;

alter table registry.conduct_fact enable row level security;
create policy worker on registry.conduct_fact to as_worker using (true);
create policy supervisors on registry.conduct_fact for select to as_supervisor using (true);
create policy own on registry.conduct_fact for select to as_bidder
    using (organization_id = kit.organization());
-- A tender's parties read of the firms that its opening named, and of nobody before it; what is over
-- or was struck is not theirs.
create policy parties on registry.conduct_fact for select to as_tendering_party, as_agent
    using ((valid_to is null or valid_to >= (kit.now() at time zone 'Asia/Shanghai')::date)
        and not coalesce(registry.is_struck(id), false)
        and exists (select from opened.bid b join notice.tender t on t.id = b.tender_id
            where b.organization_id = conduct_fact.organization_id
              and kit.organization() in (t.tendering_party_id, t.agent_id)));
create policy centre on registry.conduct_fact for select to as_centre
    using ((valid_to is null or valid_to >= (kit.now() at time zone 'Asia/Shanghai')::date)
        and not coalesce(registry.is_struck(id), false)
        and exists (select from opened.bid b
            where b.organization_id = conduct_fact.organization_id));

alter table registry.conduct_note enable row level security;
create policy worker on registry.conduct_note to as_worker using (true);
create policy supervisors on registry.conduct_note for select to as_supervisor using (true);
create policy judged on registry.conduct_note for insert to as_supervisor
    with check (kind in ('stands', 'struck') and made_by = kit.actor());
create policy own on registry.conduct_note for select to as_bidder
    using (exists (select from registry.conduct_fact f where f.id = fact_id));
create policy objects on registry.conduct_note for insert to as_bidder
    with check (kind = 'objection' and made_by = kit.actor()
        and exists (select from registry.conduct_fact f where f.id = fact_id));
