-- What an operator does with staff by pages. Supervisors and custodians are who watches the operator, so
-- as_operator makes none and touches none: they are registered at the machine, and disabled by two.
create policy no_watchers on registry.person as restrictive for insert to as_operator
    with check (role not in ('supervisor', 'custodian'));
create policy no_watchers on registry.organization as restrictive for insert to as_operator
    with check (kind not in ('supervisor', 'custodian'));
grant update (administrator, disabled_at) on registry.person to as_operator;
create policy not_watchers on registry.person as restrictive for update to as_operator
    using (role in ('tendering_party', 'agent', 'centre', 'operator') and id <> kit.actor());

-- The link by which a new person chooses a password, so that no operator knows one. For whoever was
-- entered this moment alone: with one for anybody else an account could be taken over.
create table registry.invitation (
    person_id uuid primary key references registry.person,
    digest bytea not null unique check (length(digest) = 32),
    made_at timestamptz not null default kit.now(),
    expires_at timestamptz not null default kit.now() + interval '14 days',
    used_at timestamptz
);
grant insert (person_id, digest) on registry.invitation to as_operator;
grant select (person_id, expires_at, used_at) on registry.invitation to as_operator;
alter table registry.invitation enable row level security;
create policy watched on registry.invitation for select to as_operator using (true);
create policy newcomers on registry.invitation for insert to as_operator
    with check (exists (select from registry.person p where p.id = person_id
        and p.created_at > kit.now() - interval '1 minute'
        and p.role in ('tendering_party', 'agent', 'centre', 'operator')));
create function registry.accept_invitation(p_link bytea, p_hash text) returns boolean
    language sql security definer set search_path = pg_catalog, pg_temp
    as $$
        with taken as (
            update registry.invitation set used_at = kit.now()
            where digest = sha256(p_link) and used_at is null and expires_at > kit.now()
            returning person_id),
        entered as (
            update registry.person p set password_hash = p_hash from taken t
            where p.id = t.person_id and p.disabled_at is null returning 1)
        select exists (select from entered)
    $$;
grant execute on function registry.accept_invitation(bytea, text) to as_door;

-- What the worker did because two people had agreed: once for each proposal, whoever asks again.
create table supervision.carried_out (
    proposal_id uuid primary key references supervision.proposal,
    at timestamptz not null default kit.now()
);
call kit.let_read('supervision.carried_out', 'as_supervisor', 'as_operator');
grant select, insert on supervision.carried_out to as_worker;
create policy agreed on kit.outbox for insert to as_supervisor
    with check (task = 'administration.carry_out');

-- Whether errands wait that staff asked for. Those of bidders are not counted: how many there are, and
-- when, tells of bids.
create function kit.backlog() returns table (waiting integer, oldest timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select count(*)::integer, min(created_at) from kit.outbox
        where relayed_at is null and created_at < kit.now() - interval '1 minute'
          and due_at < kit.now() + interval '3 minutes'
          and task in ('supervision.alert', 'supervision.announce', 'supervision.break_glass',
              'administration.carry_out', 'custody.open_gate', 'custody.cancel_gate')
    $$;
grant execute on function kit.backlog() to as_operator;
