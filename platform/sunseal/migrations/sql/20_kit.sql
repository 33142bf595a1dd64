-- PostgreSQL gives every new function to everybody. Here a function is nobody's until somebody is named.
alter default privileges revoke execute on routines from public;

-- The platform's only clock. Start-up of a production server compares this body with the release's.
create function kit.now() returns timestamptz language sql volatile
    as $$ select clock_timestamp() $$;

-- Whether tenders here are only practised. `sunseal migrate` replaces it once, for a practice instance,
-- before anybody is registered; a process of the other kind does not start on this database.
create function kit.practice() returns boolean language sql immutable
    as $$ select false $$;

create function kit.actor() returns uuid language sql stable
    as $$ select nullif(current_setting('sunseal.actor', true), '')::uuid $$;

create function kit.organization() returns uuid language sql stable
    as $$ select nullif(current_setting('sunseal.organization', true), '')::uuid $$;

-- The one spelling that docs/formats.md allows.
create function kit.spelled(p_value jsonb) returns text language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$ select case jsonb_typeof(p_value)
        when 'object' then '{' || coalesce((select string_agg(to_json(e.key)::text || ':'
            || kit.spelled(e.value), ',' order by e.key collate "C") from jsonb_each(p_value) e), '') || '}'
        when 'array' then '[' || coalesce((select string_agg(kit.spelled(e.value), ',' order by
            e.ordinality) from jsonb_array_elements(p_value) with ordinality e), '') || ']'
        else p_value::text end $$;

-- The one spelling of a time, for texts that stand where a time should.
create function kit.is_time(p_said text) returns boolean language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$ select p_said ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.(?!000000)\d{6})?Z$' $$;

-- What must happen after a commit: written in the same transaction, relayed by the worker.
-- Arguments are opaque ids only.
create table kit.outbox (
    id uuid primary key default gen_random_uuid(),
    task text not null,
    argument uuid,
    created_at timestamptz not null default clock_timestamp(),
    due_at timestamptz not null default clock_timestamp(),
    relayed_at timestamptz
);
create index outbox_waiting on kit.outbox (due_at) where relayed_at is null;

-- A POST sent twice with one key answers the same. The key is hashed with the actor.
create table kit.idempotency (
    key bytea primary key,
    request bytea not null,
    status integer not null,
    body bytea not null,
    media_type text not null,
    created_at timestamptz not null default clock_timestamp()
);

-- Column by column, so that xmin, xmax and ctid stay out of reach: they tell of writes and locks.
create procedure kit.let_read(tables regclass, variadic roles text[]) language plpgsql as $$
declare
    columns text;
    role text;
begin
    select string_agg(quote_ident(attname), ', ' order by attnum) into columns
        from pg_attribute where attrelid = tables and attnum > 0 and not attisdropped;
    foreach role in array roles loop
        execute format('grant select (%s) on %s to %I', columns, tables, role);
    end loop;
end $$;

grant usage on schema kit to public;
grant execute on function kit.now(), kit.practice(), kit.actor(), kit.organization() to public;
grant insert (task, argument, created_at, due_at) on kit.outbox to as_bidder, as_door,
    as_tendering_party, as_agent, as_centre, as_supervisor, as_operator;
grant select, insert, update, delete on kit.outbox, kit.idempotency to as_worker;

-- The worker does whatever is asked for here, with its own rights. So each role asks for what its
-- services ask for: an injection in a page of the centre must not have stored files removed.
alter table kit.outbox enable row level security;
create policy worker on kit.outbox to as_worker using (true);
create policy newcomers on kit.outbox for insert to as_door
    with check (task = 'screening.check_organization');
create policy bidders on kit.outbox for insert to as_bidder
    with check (task in ('bids.check_digest', 'bids.destroy_header', 'bids.discard_object',
        'screening.check_submission', 'screening.check_organization'));
create policy tendering on kit.outbox for insert to as_tendering_party, as_agent, as_centre
    with check (task in ('custody.open_gate', 'custody.cancel_gate', 'custody.expire'));
create policy lists on kit.outbox for insert to as_centre, as_operator
    with check (task in ('screening.check_all', 'screening.rescreen'));
create policy verdicts on kit.outbox for insert to as_supervisor
    with check (task in ('screening.check_organization', 'screening.publish_blacklist'));

-- Exact key only: whoever knows the key made the request.
create function kit.remembered(p_key bytea)
    returns table (request bytea, status integer, body bytea, media_type text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select request, status, body, media_type from kit.idempotency where key = p_key $$;
create function kit.remember(p_key bytea, p_request bytea, p_status integer, p_body bytea, p_media text)
    returns void language sql security definer set search_path = pg_catalog, pg_temp
    as $$ insert into kit.idempotency (key, request, status, body, media_type)
          values (p_key, p_request, p_status, p_body, p_media) on conflict do nothing $$;
grant execute on function kit.remembered(bytea),
    kit.remember(bytea, bytea, integer, bytea, text) to as_public;
