-- Where organizations want to be told what happens, and what they were told. Two pairs of tables of one
-- shape: the desk's side in `registry`, bidders' in `sealed`, where no desk role has any right, because
-- that a firm was told of a receipt says that it bids. A subscription names kinds of events and never a
-- tender: the list of a firm's addresses then says nothing of what it is interested in.
-- `secret` and `previous` are sealed to the worker, so that whoever has the rows can sign nothing.
do $$
declare
    zone text;
    public_events text[] := array['tender.published', 'tender.amended', 'tender.deadline_near',
        'tender.cancelled', 'clarification.published', 'opening.recorded', 'opening.final'];
    own_events text[];
begin
    foreach zone in array array['registry', 'sealed'] loop
        own_events := case zone when 'registry' then array['finding.raised']
            else array['receipt.complete', 'screening.changed'] end;
        execute format($table$
            create table %1$I.webhook (
                id uuid primary key default gen_random_uuid(),
                organization_id uuid not null,
                url text not null check (length(url) between 8 and 500),
                events text[] not null check (cardinality(events) > 0 and events <@ %2$L::text[]),
                secret bytea not null,
                previous bytea,
                previous_until timestamptz,
                created_by uuid not null,
                created_at timestamptz not null,
                failing_since timestamptz,
                retry_at timestamptz,
                disabled_at timestamptz,
                disabled_because text check (disabled_because in ('gone', 'failing')),
                removed_at timestamptz,
                check ((disabled_at is null) = (disabled_because is null)),
                check ((previous is null) = (previous_until is null))
            )$table$, zone, public_events || own_events);
        execute format('create index webhook_of on %I.webhook (organization_id)', zone);
        -- `subject` is what the event is about; that it is told once is the last line's to see to.
        execute format($table$
            create table %1$I.webhook_delivery (
                id uuid primary key default gen_random_uuid(),
                webhook_id uuid not null references %1$I.webhook,
                organization_id uuid not null,
                event text not null,
                subject uuid not null,
                at timestamptz not null,
                created_at timestamptz not null,
                asked_at timestamptz,
                attempts integer not null default 0,
                last_at timestamptz,
                last_status integer,
                last_fault text check (last_fault in ('address', 'connection', 'certificate', 'time',
                    'answer', 'status')),
                delivered_at timestamptz,
                abandoned_at timestamptz,
                unique (webhook_id, event, subject, at)
            )$table$, zone);
        execute format('create index webhook_delivery_of on %I.webhook_delivery (webhook_id, created_at)', zone);
    end loop;
end $$;

-- Owners ask for a message again, and make no message but a test.
do $$
declare
    zone text;
    role text;
    roles text;
begin
    foreach zone in array array['registry', 'sealed'] loop
        roles := case zone when 'sealed' then 'as_bidder'
            else 'as_tendering_party, as_agent, as_centre, as_supervisor, as_operator' end;
        for role in select unnest(string_to_array(roles, ', ')) loop
            call kit.let_read(format('%I.webhook', zone)::regclass, role);
            call kit.let_read(format('%I.webhook_delivery', zone)::regclass, role);
        end loop;
        execute format('grant insert, update (secret, previous, previous_until, failing_since, retry_at,
            disabled_at, disabled_because, removed_at) on %I.webhook to %s', zone, roles);
        execute format('grant insert (id, webhook_id, organization_id, event, subject, at, created_at),
            update (asked_at) on %I.webhook_delivery to %s', zone, roles);
        execute format('grant select, insert, update on %1$I.webhook, %1$I.webhook_delivery
            to as_worker', zone);
        execute format('grant delete on %I.webhook_delivery to as_worker', zone);
        execute format('alter table %I.webhook enable row level security', zone);
        execute format('create policy worker on %I.webhook to as_worker using (true)', zone);
        execute format('create policy own on %I.webhook to %s using (organization_id = kit.organization())
            with check (organization_id = kit.organization())', zone, roles);
        execute format('alter table %I.webhook_delivery enable row level security', zone);
        execute format('create policy worker on %I.webhook_delivery to as_worker using (true)', zone);
        execute format('create policy own on %I.webhook_delivery to %s
            using (organization_id = kit.organization())', zone, roles);
        execute format('create policy tests on %1$I.webhook_delivery as restrictive for insert to %2$s
            with check (event = ''webhook.test'' and exists (
                select from %1$I.webhook w where w.id = webhook_id))', zone, roles);
    end loop;
end $$;
-- A subscription is made in the own name, and to findings by supervisors.
create policy authors on registry.webhook as restrictive for insert
    to as_tendering_party, as_agent, as_centre, as_supervisor, as_operator
    with check (created_by = kit.actor()
        and (current_user = 'as_supervisor' or not 'finding.raised' = any(events)));
create policy authors on sealed.webhook as restrictive for insert to as_bidder
    with check (created_by = kit.actor());

create policy webhooks on kit.outbox for insert
    to as_bidder, as_tendering_party, as_agent, as_centre, as_supervisor, as_operator
    with check (task = 'webhooks.deliver');
