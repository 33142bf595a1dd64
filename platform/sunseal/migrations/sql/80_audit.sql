-- Entries of staff, operator, custodians and the public side; sealed ones arrive at the opening.
create table audit.entry (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid,
    public boolean not null default false,
    nonce bytea not null,
    detail bytea not null,
    commitment bytea not null unique,
    first boolean not null default false,
    actor text not null,
    role text not null,
    action text not null,
    object text not null,
    outcome text not null check (outcome in ('done', 'refused')),
    reason text not null,
    at timestamptz not null,
    tick bigint,
    slot integer,
    path bytea
);
create index entry_waiting on audit.entry (at) where tick is null;
create index entry_at on audit.entry (at, id);
create index entry_place on audit.entry (tick, slot);
create table audit.tick (
    number bigint primary key,
    index bigint not null unique,
    at timestamptz not null,
    leaf bytea not null
);
-- A tick's seed, and every slot it holds, once nothing in it is secret any more. The slots are kept
-- here as well, so that an entry that went missing later is missed by name.
create table audit.tick_seed (
    number bigint primary key references audit.tick,
    seed bytea not null,
    slots integer[] not null,
    commitments bytea[] not null
);
create table audit.tile (
    level integer not null,
    index bigint not null,
    hashes bytea not null,
    primary key (level, index)
);
-- `held` says why this log must not grow: it came out of a backup, and nobody has compared it yet with
-- what custodians saw. Empty otherwise.
create table audit.head (
    single boolean primary key default true check (single),
    size bigint not null,
    last_tick bigint not null,
    quorum integer not null,
    cosigners text[] not null default '{}', -- their keys, in the order of the roster
    held text not null default ''
);
insert into audit.head (size, last_tick, quorum) values (0, 0, 1);
create table audit.checkpoint (
    size bigint primary key,
    note text not null,
    at timestamptz not null
);
-- Lines are judged when they are used: one that somebody wrote in a cosigner's name, even before its own
-- came, keeps it from nobody.
create table audit.cosignature (
    size bigint not null references audit.checkpoint,
    cosigner text not null,
    line text not null check (length(line) <= 1000),
    at timestamptz not null,
    primary key (size, cosigner, line)
);
-- The log that was before this one, when ticks of it were lost: how it ended, and what is missing.
create table audit.handover (
    single boolean primary key default true check (single),
    file bytea not null
);
-- Up to where PostgreSQL's own log has been read for statements that it refused.
create table audit.collector (
    single boolean primary key default true check (single),
    file text not null,
    position bigint not null,
    mark bytea not null
);
insert into audit.collector (file, position, mark) values ('', 0, '');

-- The only way in. The commitment is computed here, and what supervisors read beside the detail is read
-- out of it, so that the two never differ. An entry names its writer's own role. Public entries are facts
-- that proofs rest on: custodians and the worker make them. Those that go before all others are the
-- worker's alone: with them whoever runs SQL on the desk's login could fill tick after tick.
create function audit.record(p_tender uuid, p_public boolean, p_first boolean, p_nonce bytea,
        p_detail bytea) returns uuid
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        caller text := current_setting('role');
        said jsonb := convert_from(p_detail, 'UTF8');
        made uuid;
    begin
        if said ->> 'role' is distinct from caller or length(p_nonce) <> 32
            or (p_public and caller not in ('as_custodian', 'as_worker'))
            or (p_first and caller <> 'as_worker')
        then
            raise exception 'This entry is not for % to make.', caller
                using errcode = 'insufficient_privilege';
        end if;
        insert into audit.entry (tender_id, public, first, nonce, detail, commitment, actor, role,
            action, object, outcome, reason, at)
        values (p_tender, p_public, p_first, p_nonce, p_detail,
            sha256(convert_to(E'sunseal/commit/v1\n', 'UTF8') || p_nonce || p_detail),
            said ->> 'actor', caller, said ->> 'action', said ->> 'object', said ->> 'outcome',
            said ->> 'reason', (said ->> 'at')::timestamptz)
        returning id into made;
        return made;
    end $$;
grant execute on function audit.record to as_public, as_door, as_bidder, as_tendering_party, as_agent,
    as_centre, as_supervisor, as_custodian, as_operator, as_worker;

grant usage on schema audit to public;
call kit.let_read('audit.tick', 'as_public', 'as_bidder', 'as_custodian', 'as_supervisor', 'as_centre',
    'as_tendering_party', 'as_agent', 'as_operator', 'as_door');
call kit.let_read('audit.tile', 'as_public', 'as_bidder', 'as_custodian', 'as_supervisor', 'as_centre',
    'as_tendering_party', 'as_agent', 'as_operator', 'as_door');
call kit.let_read('audit.head', 'as_public', 'as_bidder', 'as_custodian', 'as_supervisor', 'as_centre',
    'as_tendering_party', 'as_agent', 'as_operator', 'as_door');
call kit.let_read('audit.checkpoint', 'as_public', 'as_bidder', 'as_custodian', 'as_supervisor', 'as_centre',
    'as_tendering_party', 'as_agent', 'as_operator', 'as_door');
call kit.let_read('audit.cosignature', 'as_public', 'as_bidder', 'as_custodian', 'as_supervisor', 'as_centre',
    'as_tendering_party', 'as_agent', 'as_operator', 'as_door');
call kit.let_read('audit.tick_seed', 'as_supervisor');
call kit.let_read('audit.handover', 'as_supervisor');
grant insert on audit.cosignature to as_custodian;
call kit.let_read('audit.entry', 'as_supervisor', 'as_public', 'as_bidder', 'as_custodian');
grant select, insert on all tables in schema audit to as_worker;
grant update (tick, slot, path) on audit.entry to as_worker;
grant update on audit.tile, audit.collector to as_worker;
-- A held log is not the worker's to free.
grant update (size, last_tick, quorum, cosigners) on audit.head to as_worker;

-- Certificates, closed boxes and release requests are entries that anyone may open; the rest is the
-- supervisors'.
alter table audit.entry enable row level security;
create policy supervisors on audit.entry for select to as_supervisor using (true);
create policy everyone on audit.entry for select to as_public, as_bidder, as_custodian using (public);
create policy worker on audit.entry to as_worker using (true);
