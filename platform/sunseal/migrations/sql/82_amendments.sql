-- Amendments: a published timetable moved later, by two people with two keys, and in force by the
-- custodians' word. Rows are added and never changed, not even by the worker.
create table notice.amendment (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null references notice.tender,
    envelope text not null,
    number integer not null check (number between 1 and 32),
    body bytea not null,
    digest bytea not null unique check (digest = sha256(body)),
    deadline timestamptz not null,
    not_before timestamptz not null check (not_before >= deadline),
    signature bytea not null check (length(signature) = 64),
    proposed_by uuid not null references registry.person,
    proposed_at timestamptz not null default kit.now(),
    expires_at timestamptz not null default kit.now() + interval '24 hours',
    entry_id uuid not null
);
create index amendment_of on notice.amendment (tender_id, envelope, number);
-- One for each number: two timetables for two audiences are not even stored.
create table notice.amendment_confirmation (
    amendment_id uuid primary key references notice.amendment,
    tender_id uuid not null,
    envelope text not null,
    number integer not null,
    signature bytea not null check (length(signature) = 64),
    confirmed_by uuid not null references registry.person,
    confirmed_at timestamptz not null default kit.now(),
    entry_id uuid not null,
    unique (tender_id, envelope, number)
);
-- In force since the tick that holds the last acknowledgement needed: a time that the log says, and
-- that nothing in the box can change.
create table notice.postponement (
    amendment_id uuid primary key references notice.amendment,
    at timestamptz not null
);
create table custody.acknowledgement (
    amendment_id uuid not null references notice.amendment,
    custodian integer not null,
    body bytea not null,
    entry_id uuid not null,
    received_at timestamptz not null default kit.now(),
    primary key (amendment_id, custodian)
);

-- How many amendments of an envelope are in force.
create function notice.amended(p_tender uuid, p_envelope text) returns bigint language sql stable
    security definer set search_path = pg_catalog, pg_temp
    as $$ select count(*) from notice.postponement p join notice.amendment a on a.id = p.amendment_id
        where a.tender_id = p_tender and a.envelope = p_envelope $$;

-- Who somebody is comes from the registry and the times are the database's own, as in
-- 85_supervision.sql; and what the row says is what the signed bytes say.
create function notice.by_the_tendering_side() returns trigger language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        said jsonb := convert_from(new.body, 'UTF8');
    begin
        if not exists (select from registry.person p join notice.tender t on t.id = new.tender_id
            where p.id = new.proposed_by and p.disabled_at is null
              and p.role in ('tendering_party', 'agent')
              and p.organization_id in (t.tendering_party_id, t.agent_id)
              and t.status = 'published' and kit.now() < t.deadline
              and new.deadline > t.deadline and new.not_before > t.not_before)
            or new.number <> 1 + notice.amended(new.tender_id, new.envelope)
            or (said ->> 'tender', said ->> 'envelope', said ->> 'number') is distinct from
                (new.tender_id::text, new.envelope, new.number::text)
            or ((said ->> 'deadline')::timestamptz, (said ->> 'not_before')::timestamptz)
                is distinct from (new.deadline, new.not_before)
        then
            raise exception 'The tendering side proposes, before the deadline, to move it later.'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
create trigger by_the_tendering_side before insert or update on notice.amendment
    for each row execute function notice.by_the_tendering_side();
create function notice.by_the_centre() returns trigger language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        if not exists (select from notice.amendment a
            join notice.tender t on t.id = a.tender_id
            join registry.person one on one.id = a.proposed_by
            join registry.person two on two.id = new.confirmed_by
            where a.id = new.amendment_id and a.expires_at > kit.now()
              and (a.tender_id, a.envelope, a.number) = (new.tender_id, new.envelope, new.number)
              and a.number = 1 + notice.amended(a.tender_id, a.envelope)
              and t.status = 'published' and kit.now() < t.deadline
              and one.id <> two.id and one.organization_id <> two.organization_id
              and two.role = 'centre' and one.disabled_at is null and two.disabled_at is null)
        then
            raise exception 'The centre confirms what another proposed within a day.'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
create trigger by_the_centre before insert or update on notice.amendment_confirmation
    for each row execute function notice.by_the_centre();

-- The only way to move a deadline. The worker asks, having checked each signature; what can be counted
-- is counted here again. Box and notice move together, or not at all. False when the box was shut first.
create function sealed.postpone(p_amendment uuid) returns boolean language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        wanted notice.amendment;
        box sealed.gate;
        said timestamptz[];
        needed integer;
    begin
        select * into strict wanted from notice.amendment where id = p_amendment;
        select * into strict box from sealed.gate
            where tender_id = wanted.tender_id and envelope = wanted.envelope for update;
        if box.state <> 'open' then
            return false;
        end if;
        select array_agg(t.at order by t.at) into said from custody.acknowledgement k
            join audit.entry e on e.id = k.entry_id join audit.tick t on t.number = e.tick
            where k.amendment_id = wanted.id and t.at < box.deadline;
        select jsonb_array_length(convert_from(c.roster, 'UTF8')::jsonb -> 'custodians')
                - t.threshold + 1 into strict needed
            from custody.ceremony c join notice.tender t on t.id = c.tender_id
            where c.tender_id = wanted.tender_id and c.envelope = wanted.envelope
              and c.state = 'complete';
        if coalesce(cardinality(said), 0) < needed
            or not exists (select from notice.amendment_confirmation c where c.amendment_id = wanted.id)
            or wanted.number <> 1 + notice.amended(wanted.tender_id, wanted.envelope)
            or wanted.deadline <= box.deadline or wanted.not_before <= box.not_before
        then
            raise exception 'This amendment is not in force.' using errcode = 'restrict_violation';
        end if;
        insert into notice.postponement values (wanted.id, said[needed]);
        -- An upload that would have ended with the deadline goes on until the new one.
        update sealed.upload u set expires_at = wanted.deadline
            from sealed.submission s join sealed.joining j on j.id = s.joining_id
            where s.id = u.submission_id and s.state = 'committed' and u.expires_at = box.deadline
              and j.tender_id = box.tender_id and j.envelope = box.envelope;
        update sealed.gate set deadline = wanted.deadline, not_before = wanted.not_before,
            next_check_at = wanted.deadline where id = box.id;
        update notice.tender set deadline = wanted.deadline, not_before = wanted.not_before
            where id = box.tender_id;
        return true;
    end $$;
grant execute on function sealed.postpone(uuid) to as_worker;

call kit.let_read('notice.amendment', 'as_public', 'as_bidder', 'as_tendering_party', 'as_agent',
    'as_centre', 'as_supervisor', 'as_custodian', 'as_operator');
call kit.let_read('notice.amendment_confirmation', 'as_public', 'as_bidder', 'as_tendering_party',
    'as_agent', 'as_centre', 'as_supervisor', 'as_custodian', 'as_operator');
call kit.let_read('notice.postponement', 'as_public', 'as_bidder', 'as_tendering_party', 'as_agent',
    'as_centre', 'as_supervisor', 'as_custodian', 'as_operator');
call kit.let_read('custody.acknowledgement', 'as_public', 'as_bidder', 'as_tendering_party', 'as_agent',
    'as_centre', 'as_supervisor', 'as_custodian', 'as_operator');
grant insert (id, tender_id, envelope, number, body, digest, deadline, not_before, signature,
    proposed_by, entry_id) on notice.amendment to as_tendering_party, as_agent;
grant insert (amendment_id, tender_id, envelope, number, signature, confirmed_by, entry_id)
    on notice.amendment_confirmation to as_centre;
grant insert (amendment_id, custodian, body, entry_id) on custody.acknowledgement to as_custodian;
grant select on notice.amendment, notice.amendment_confirmation, notice.postponement,
    custody.acknowledgement to as_worker;

-- A proposal is its side's own affair until another has confirmed it; from then on it is public.
alter table notice.amendment enable row level security;
create policy confirmed on notice.amendment for select to as_public, as_bidder, as_custodian,
    as_operator, as_tendering_party, as_agent
    using (exists (select from notice.amendment_confirmation c where c.amendment_id = id));
create policy own on notice.amendment for select to as_tendering_party, as_agent
    using (exists (select from notice.tender t where t.id = tender_id
        and kit.organization() in (t.tendering_party_id, t.agent_id)));
create policy watched on notice.amendment for select to as_centre, as_supervisor, as_worker using (true);
create policy proposed on notice.amendment for insert to as_tendering_party, as_agent
    with check (proposed_by = kit.actor());
alter table notice.amendment_confirmation enable row level security;
create policy everyone on notice.amendment_confirmation for select to as_public, as_bidder,
    as_tendering_party, as_agent, as_centre, as_supervisor, as_custodian, as_operator, as_worker
    using (true);
create policy confirmed on notice.amendment_confirmation for insert to as_centre
    with check (confirmed_by = kit.actor());

-- The keys that sign amendments are enrolled like a firm's. On this side nobody sees a firm's keys, and
-- nobody enrols or revokes a key of another organization.
call kit.let_read('registry.signing_key', 'as_tendering_party', 'as_agent', 'as_centre');
grant insert on registry.signing_key to as_tendering_party, as_agent, as_centre;
grant update (revoked_at) on registry.signing_key to as_tendering_party, as_agent, as_centre;
create policy amenders on registry.signing_key as restrictive
    to as_tendering_party, as_agent, as_centre
    using (exists (select from registry.organization o where o.id = organization_id
        and o.kind in ('tendering_party', 'agent', 'centre')))
    with check (organization_id = kit.organization());
