create table notice.tender (
    id uuid primary key default gen_random_uuid(),
    reference text not null unique,
    title text not null,
    summary text not null,
    tendering_party_id uuid not null,
    tendering_party_name text not null,
    agent_id uuid,
    agent_name text,
    status text not null check (status in ('draft', 'ceremony', 'published', 'closed', 'opened', 'failed',
        'cancelled')),
    statutory boolean not null,
    deadline timestamptz not null,
    not_before timestamptz not null check (not_before >= deadline),
    minimum_bids integer not null check (minimum_bids >= 1),
    threshold integer not null,
    box_size integer not null,
    currency text not null,
    ceiling_price text,
    notice bytea,
    created_by uuid not null,
    created_at timestamptz not null,
    publish_requested_at timestamptz,
    published_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text,
    check ((agent_id is null) = (agent_name is null)),
    check ((status = 'cancelled') = (cancel_reason is not null)),
    check (notice is not null or status in ('draft', 'cancelled'))
);
-- `objects` are the document's pieces in order.
create table notice.document (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null references notice.tender,
    name text not null,
    media_type text not null,
    size bigint not null,
    sha256 bytea not null,
    objects uuid[] not null,
    added_at timestamptz not null,
    unique (tender_id, name)
);
create index document_objects on notice.document using gin (objects);
-- One row for each part that opens by itself: a lot's technical or its price envelope.
create table notice.envelope (
    tender_id uuid not null references notice.tender,
    name text not null,
    lot text not null,
    part text not null check (part in ('all', 'technical', 'price')),
    recipient text,
    certificate bytea,
    primary key (tender_id, name)
);

-- What bidders read and custodians signed never changes, whoever asks: a deadline moved by one
-- update would close or open the box under other terms than those of its key. An amendment in force
-- moves the two columns in `sealed.postpone`, which is the owner's, and leaves the notice as it was.
-- The status only goes forward, and what depends on the box is the worker's to say.
create function notice.keep_tender() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        if tg_op = 'DELETE' then
            raise exception 'A tender is never deleted.' using errcode = 'restrict_violation';
        end if;
        if old.status <> 'draft' and
            (old.id, old.reference, old.title, old.summary, old.tendering_party_id,
                old.tendering_party_name, old.agent_id, old.agent_name, old.statutory,
                old.minimum_bids, old.threshold, old.box_size, old.currency,
                old.ceiling_price, old.notice, old.created_by, old.created_at)
            is distinct from
            (new.id, new.reference, new.title, new.summary, new.tendering_party_id,
                new.tendering_party_name, new.agent_id, new.agent_name, new.statutory,
                new.minimum_bids, new.threshold, new.box_size, new.currency,
                new.ceiling_price, new.notice, new.created_by, new.created_at)
            or old.status <> 'draft' and (old.deadline, old.not_before) <> (new.deadline, new.not_before)
                and (current_user <> 'sunseal_owner' or old.status <> 'published'
                    or new.deadline <= old.deadline or new.not_before <= old.not_before)
        then
            raise exception 'The notice of a tender is fixed once its key ceremony has started.'
                using errcode = 'restrict_violation';
        end if;
        if old.status <> new.status and (old.status, new.status) not in (
            ('draft', 'ceremony'), ('draft', 'cancelled'),
            ('ceremony', 'published'), ('ceremony', 'cancelled'),
            ('published', 'closed'), ('published', 'cancelled'),
            ('closed', 'opened'), ('closed', 'failed'), ('closed', 'cancelled'))
        then
            raise exception 'A tender does not go from % to %.', old.status, new.status
                using errcode = 'restrict_violation';
        end if;
        if old.status <> new.status and new.status in ('published', 'closed', 'opened', 'failed')
            and current_user in ('as_tendering_party', 'as_agent', 'as_centre')
        then
            raise exception 'Only the worker publishes, closes and opens.'
                using errcode = 'insufficient_privilege';
        end if;
        if old.status in ('published', 'closed') and new.status = 'cancelled'
            and current_user in ('as_tendering_party', 'as_agent', 'as_centre')
            and kit.now() >= old.not_before
        then
            raise exception 'From the opening time on nobody at a desk calls a tender off.'
                using errcode = 'insufficient_privilege';
        end if;
        return new;
    end $$;
create trigger keep_tender before update or delete on notice.tender
    for each row execute function notice.keep_tender();

-- The tender's row is locked, so that no document slips in while the notice is being fixed.
create function notice.keep_document() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
    declare
        of_tender uuid := case tg_op when 'DELETE' then old.tender_id else new.tender_id end;
        at_present text;
    begin
        select status into at_present from notice.tender where id = of_tender for share;
        if tg_op = 'UPDATE' or at_present is distinct from 'draft' then
            raise exception 'The documents of a tender are fixed once its key ceremony has started.'
                using errcode = 'restrict_violation';
        end if;
        return case tg_op when 'DELETE' then old else new end;
    end $$;
create trigger keep_document before insert or update or delete on notice.document
    for each row execute function notice.keep_document();

-- An envelope gets its key once.
create function notice.keep_envelope() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
    declare
        at_present text;
    begin
        if tg_op = 'INSERT' then
            select status into at_present from notice.tender where id = new.tender_id for share;
            if at_present = 'draft' and new.recipient is null and new.certificate is null then
                return new;
            end if;
        elsif tg_op = 'UPDATE' and old.certificate is null and new.certificate is not null
            and (old.tender_id, old.name, old.lot, old.part)
                = (new.tender_id, new.name, new.lot, new.part)
        then
            return new;
        end if;
        raise exception 'An envelope is fixed once its key ceremony has started, and its key for ever.'
            using errcode = 'restrict_violation';
    end $$;
create trigger keep_envelope before insert or update or delete on notice.envelope
    for each row execute function notice.keep_envelope();

grant usage on schema notice to public;
call kit.let_read('notice.tender', 'as_public', 'as_bidder', 'as_tendering_party', 'as_agent', 'as_centre',
    'as_supervisor', 'as_custodian', 'as_operator');
call kit.let_read('notice.document', 'as_public', 'as_bidder', 'as_tendering_party', 'as_agent',
    'as_centre', 'as_supervisor', 'as_custodian', 'as_operator');
call kit.let_read('notice.envelope', 'as_public', 'as_bidder', 'as_tendering_party', 'as_agent',
    'as_centre', 'as_supervisor', 'as_custodian', 'as_operator');
grant insert on notice.tender, notice.document, notice.envelope to as_tendering_party, as_agent, as_centre;
grant update (title, summary, deadline, not_before, minimum_bids, threshold, box_size, currency,
    ceiling_price, status, notice, publish_requested_at, cancelled_at, cancel_reason) on notice.tender
    to as_tendering_party, as_agent, as_centre;
grant select, insert, update on all tables in schema notice to as_worker;

-- Until it is published, a tender is seen by the side that writes it and by those who watch over it.
alter table notice.tender enable row level security;
create policy published on notice.tender for select to as_public, as_bidder
    using (published_at is not null);
create policy watched on notice.tender for select to as_supervisor, as_custodian, as_operator
    using (status <> 'draft');
create policy own on notice.tender to as_tendering_party, as_agent
    using (kit.organization() in (tendering_party_id, agent_id))
    with check (kit.organization() in (tendering_party_id, agent_id));
create policy others on notice.tender for select to as_tendering_party, as_agent
    using (published_at is not null);
create policy centre on notice.tender to as_centre using (true);
create policy worker on notice.tender to as_worker using (true);
-- Every tender begins as a draft: none is born with a notice, or published.
create policy drafts on notice.tender as restrictive for insert
    to as_tendering_party, as_agent, as_centre
    with check (status = 'draft' and num_nonnulls(notice, publish_requested_at, published_at,
        cancelled_at) = 0);

-- Documents and envelopes are seen with their tender, and written by those who write it.
do $$
declare
    name text;
begin
    foreach name in array array['document', 'envelope'] loop
        execute format('alter table notice.%I enable row level security', name);
        execute format('create policy visible on notice.%I for select to as_public, as_bidder,
            as_tendering_party, as_agent, as_centre, as_supervisor, as_custodian, as_operator
            using (exists (select from notice.tender t where t.id = tender_id))', name);
        execute format('create policy own on notice.%I for insert to as_tendering_party, as_agent
            with check (exists (select from notice.tender t where t.id = tender_id
                and kit.organization() in (t.tendering_party_id, t.agent_id)))', name);
        execute format('create policy centre on notice.%I for insert to as_centre with check (true)', name);
        execute format('create policy worker on notice.%I to as_worker using (true)', name);
    end loop;
end $$;
