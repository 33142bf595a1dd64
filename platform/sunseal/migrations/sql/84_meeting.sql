-- What is done in the hall once the machine has opened the bids: reading out, objections, the minutes
-- and who signed them. An act is its bytes: whatever else stands here is read out of them. Rows are
-- added through opened.enter_act alone, and changed by nobody.
create function opened.said(p_body bytea) returns jsonb language sql immutable
    set search_path = pg_catalog, pg_temp as $$ select convert_from(p_body, 'UTF8')::jsonb $$;
create table opened.act (
    id uuid primary key generated always as ((opened.said(body) ->> 'id')::uuid) stored,
    tender_id uuid not null generated always as ((opened.said(body) ->> 'tender')::uuid) stored,
    kind text not null generated always as (opened.said(body) ->> 'kind') stored
        check (kind in ('reading', 'attendance', 'period', 'objection', 'reply', 'correction', 'minutes',
            'signature')),
    number bigint generated always as identity unique,
    body bytea not null check (length(body) <= 262144),
    entry_id uuid not null unique
);
create index act_of on opened.act (tender_id, number);
create function opened.never_changes() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        raise exception 'What was done in the hall is only added to.'
            using errcode = 'restrict_violation';
    end $$;
create trigger never_changes before update or delete on opened.act
    for each row execute function opened.never_changes();
create trigger never_emptied before truncate on opened.act
    for each statement execute function opened.never_changes();

-- Whether the caller's firm has a leaf in the box. Nothing is answered before there is a record.
create function opened.took_part(p_tender uuid) returns boolean language sql stable
    security definer set search_path = pg_catalog, pg_temp
    as $$ select exists (select from opened.record r where r.tender_id = p_tender)
        and exists (select from sealed.joining j
            where j.tender_id = p_tender and j.organization_id = kit.organization()) $$;
grant execute on function opened.took_part(uuid) to as_bidder;

-- A digest as acts and entries write it.
create function opened.digest_of(p_body bytea) returns text language sql immutable
    set search_path = pg_catalog, pg_temp as $$ select encode(sha256(p_body), 'base64') $$;

-- What the hall tells everybody of an act: no person's name, no signature, no list of digests. Of minutes
-- it says by which digest and where in the log anybody can look for them.
create function opened.told(p_body bytea, p_entry uuid) returns jsonb language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$ select opened.said(p_body) - '{version,tender,kind,person,name,organization,raiser,
            practitioners,statement,key,signature,acts,records}'::text[]
        || case opened.said(p_body) ->> 'kind' when 'minutes'
            then jsonb_build_object('digest', opened.digest_of(p_body), 'entry', p_entry)
            else '{}' end $$;
grant execute on function opened.said(bytea), opened.digest_of(bytea), opened.told(bytea, uuid) to
    as_supervisor;

create function opened.acts_of(p_tender uuid, p_kind text) returns table (number bigint, said jsonb)
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select a.number, opened.said(a.body) from opened.act a
        where a.tender_id = p_tender and a.kind = p_kind $$;

-- The number of the last act that minutes name; one edition may be too short for all.
create function opened.named_until(p_tender uuid) returns bigint language sql stable
    set search_path = pg_catalog, pg_temp
    as $$ select coalesce(max(a.number), 0) from opened.acts_of(p_tender, 'minutes') m
        cross join jsonb_array_elements(m.said -> 'acts') ref
        join opened.act a on a.id::text = ref ->> 'id' and a.tender_id = p_tender $$;

-- Whether bytes are an act at all: whoever got in here must not leave what no page can read. Values that
-- are no strings are compared with the table by opened.allows.
create function opened.is_act(p_body bytea) returns boolean language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$ select convert_from(p_body, 'UTF8') = kit.spelled(s.said)
        and s.said ->> 'version' = 'sunseal/act/v1'
        and (select array_agg(k order by k) from jsonb_object_keys(s.said) k) = (
            select array_agg(k order by k) from unnest(string_to_array(
                'at firm id kind name organization person role tender version ' || case s.said ->> 'kind'
                    when 'reading' then 'envelope position bidder price currency validity_days practitioners'
                    when 'attendance' then 'attendee unit capacity'
                    when 'period' then 'until'
                    when 'objection' then 'raiser raiser_name text'
                    when 'reply' then 'objection text'
                    when 'correction' then 'text'
                    when 'minutes' then 'edition previous records acts'
                    when 'signature' then 'minutes digest statement key signature' end, ' ')) k)
        and not exists (select from jsonb_each(s.said) e where (jsonb_typeof(e.value) = 'string')
            = (e.key in ('position', 'validity_days', 'practitioners', 'edition', 'records', 'acts')))
        and not exists (select from jsonb_each_text(s.said) e where e.key in ('at', 'until')
            and not kit.is_time(e.value))
        and not exists (select from jsonb_each_text(s.said) e where e.key in ('key', 'signature')
            and e.value is distinct from replace(encode(decode(e.value, 'base64'), 'base64'), E'\n', ''))
        from (select opened.said(p_body) as said) s $$;

-- Whether the moment allows an act: said once more here, where a page's code cannot be talked round.
create function opened.allows(p_said jsonb, p_tender uuid, p_chairs boolean, p_firm boolean)
    returns boolean language sql volatile set search_path = pg_catalog, pg_temp
    as $$ select case p_said ->> 'kind'
        -- What is read out is what the bid says: each word of it stands in the opened manifest.
        when 'reading' then p_chairs
            and exists (select from opened.bid b, lateral (
                    select opened.said(b.manifest) as bid) m
                where b.tender_id = p_tender and b.outcome in ('opened', 'needs_review')
                and (b.envelope, b.position::text, b.organization_name, b.price, b.currency)
                    = (p_said ->> 'envelope', p_said ->> 'position', p_said ->> 'bidder',
                        p_said ->> 'price', p_said ->> 'currency')
                and p_said ->> 'validity_days' is not distinct from m.bid ->> 'validity_days'
                and p_said -> 'practitioners' = (
                    select coalesce(jsonb_agg(each.value -> 'name' order by each.ordinality), '[]')
                    from jsonb_array_elements(m.bid -> 'practitioners') with ordinality each))
            and not exists (select from opened.acts_of(p_tender, 'reading') r
                where (r.said -> 'envelope', r.said -> 'position')
                    = (p_said -> 'envelope', p_said -> 'position'))
        when 'attendance' then p_chairs
            or ((p_said ->> 'attendee', p_said ->> 'unit') = (p_said ->> 'name', p_said ->> 'firm')
                and not exists (select from opened.acts_of(p_tender, 'attendance') a
                    where a.said -> 'person' = p_said -> 'person'))
        -- Nobody can be silenced by a period of seconds, and none ends sooner than it was to.
        when 'period' then p_chairs
            and (p_said ->> 'until')::timestamptz between kit.now() + interval '4 minutes'
                and kit.now() + interval '1 day'
            and not exists (select from opened.acts_of(p_tender, 'period') p
                where (p.said ->> 'until')::timestamptz > kit.now())
            and not exists (select from opened.bid b where b.tender_id = p_tender
                and b.outcome in ('opened', 'needs_review')
                and not exists (select from opened.acts_of(p_tender, 'reading') r
                    where (r.said ->> 'envelope', (r.said -> 'position')::integer)
                        = (b.envelope, b.position)))
        when 'objection' then exists (select from opened.acts_of(p_tender, 'period') p
                where (p.said ->> 'until')::timestamptz > kit.now())
            and case when p_firm
                -- Every objection needs its reply: one firm must not keep the others there all night.
                then (p_said ->> 'raiser', p_said ->> 'raiser_name')
                        = (p_said ->> 'organization', p_said ->> 'firm')
                    and 20 > (select count(*) from opened.acts_of(p_tender, 'objection') o
                        where o.said -> 'organization' = p_said -> 'organization')
                else p_chairs and exists (select from opened.bid b where b.tender_id = p_tender
                    and (b.organization_id::text, b.organization_name)
                        = (p_said ->> 'raiser', p_said ->> 'raiser_name')) end
        when 'reply' then p_chairs
            and exists (select from opened.acts_of(p_tender, 'objection') o
                where o.said -> 'id' = p_said -> 'objection')
            and not exists (select from opened.acts_of(p_tender, 'reply') a
                where a.said -> 'objection' = p_said -> 'objection')
        when 'correction' then p_chairs
        -- Nothing that was done can be left out of the minutes, and nothing added to them: what one edition
        -- has no room for, the next one names.
        when 'minutes' then p_chairs
            and exists (select from opened.acts_of(p_tender, 'period'))
            and not exists (select from opened.acts_of(p_tender, 'period') p
                where (p.said ->> 'until')::timestamptz > kit.now())
            and not exists (select from opened.acts_of(p_tender, 'objection') o
                where not exists (select from opened.acts_of(p_tender, 'reply') a
                    where a.said -> 'objection' = o.said -> 'id'))
            and p_said ->> 'edition'
                = (1 + (select count(*) from opened.act a
                    where a.tender_id = p_tender and a.kind = 'minutes'))::text
            and p_said ->> 'previous' = coalesce((select opened.digest_of(a.body) from opened.act a
                where a.tender_id = p_tender and a.kind = 'minutes'
                order by a.number desc limit 1), '')
            and p_said ->> 'records' = (select jsonb_agg(jsonb_build_object('envelope', r.envelope,
                    'number', r.number, 'digest', opened.digest_of(r.body)) order by r.envelope)::text
                from (select distinct on (envelope) * from opened.record
                    where tender_id = p_tender order by envelope, number desc) r)
            and p_said -> 'acts' = (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'digest',
                    opened.digest_of(a.body)) order by a.number), '[]')
                from (select * from opened.act where tender_id = p_tender and kind <> 'minutes'
                    and number > opened.named_until(p_tender) order by number limit 2000) a)
        when 'signature' then exists (select from opened.act a where a.tender_id = p_tender
                and a.kind = 'minutes' and a.id::text = p_said ->> 'minutes'
                and opened.digest_of(a.body) = p_said ->> 'digest')
            and not exists (select from opened.acts_of(p_tender, 'signature') s
                where (s.said -> 'minutes', s.said -> 'person')
                    = (p_said -> 'minutes', p_said -> 'person'))
            -- Whether the key made the signature, only a program can say; here, that it is the firm's own.
            and case when p_said ->> 'key' = '' then p_said ->> 'signature' = ''
                else p_firm and exists (select from registry.signing_key k
                    where k.organization_id = kit.organization() and k.revoked_at is null
                        and encode(k.public_key, 'base64') = p_said ->> 'key') end
        else false end $$;

-- One after another, for the worker as well: the hall's stream goes by numbers, and whoever waited sees
-- what was done meanwhile. False while there is no record, and so nothing to wait for.
create function opened.take_turn(p_tender uuid) returns boolean language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        perform from opened.record r where r.tender_id = p_tender and r.number = 1
            order by r.envelope limit 1 for update;
        return found;
    end $$;
grant execute on function opened.take_turn(uuid) to as_bidder, as_tendering_party, as_agent, as_centre,
    as_supervisor, as_worker;

-- The only way in. Who acts, and for whom, is the registry's word; the act has its entry in the log,
-- which names the digest of these very bytes.
create function opened.enter_act(p_body bytea, p_entry uuid) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        said jsonb := opened.said(p_body);
        caller text := current_setting('role');
        tender notice.tender;
        chairs boolean;
        firm boolean;
    begin
        select * into tender from notice.tender t where t.id = (said ->> 'tender')::uuid;
        chairs := caller = 'as_centre' or (caller in ('as_tendering_party', 'as_agent')
            and coalesce(kit.organization() in (tender.tendering_party_id, tender.agent_id), false));
        firm := caller = 'as_bidder' and opened.took_part(tender.id);
        if opened.take_turn(tender.id) is not true or tender.status <> 'opened'
            or not (chairs or firm or (caller = 'as_supervisor'
                and said ->> 'kind' in ('attendance', 'signature')))
            or not exists (select from registry.person p
                join registry.organization o on o.id = p.organization_id
                where p.id = kit.actor() and o.id = kit.organization() and p.disabled_at is null
                    and 'as_' || p.role = caller
                    and (said ->> 'person', said ->> 'name', said ->> 'role', said ->> 'organization',
                        said ->> 'firm') = (p.id::text, p.name, p.role, o.id::text, o.name))
            or not exists (select from audit.entry e where e.id = p_entry and e.role = caller
                and (e.actor, e.action, e.object) = (kit.actor()::text, 'meeting.' || (said ->> 'kind'),
                    'tender/' || tender.id || '/act/' || (said ->> 'id'))
                and opened.said(e.detail) -> 'data' ->> 'digest'
                    = opened.digest_of(p_body))
            or abs(extract(epoch from (said ->> 'at')::timestamptz - kit.now())) > 60
            or opened.is_act(p_body) is not true
            or opened.allows(said, tender.id, chairs, firm) is not true
        then
            raise exception 'This act is not for % to enter now.', caller
                using errcode = 'insufficient_privilege';
        end if;
        insert into opened.act (body, entry_id) values (p_body, p_entry);
        -- Who is in the room is the record's to say, and not the whole world's to know.
        if said ->> 'kind' <> 'attendance' then
            insert into opened.hall_event (tender_id, kind, body, at)
                values (tender.id, said ->> 'kind', opened.told(p_body, p_entry), kit.now());
        end if;
        -- Whoever holds the minutes in his hand can look for them in the log, as for the record.
        if said ->> 'kind' = 'minutes' then
            update audit.entry set public = true where id = p_entry;
        end if;
    end $$;
grant execute on function opened.enter_act(bytea, uuid) to as_bidder, as_tendering_party, as_agent,
    as_centre, as_supervisor;

call kit.let_read('opened.act', 'as_bidder', 'as_tendering_party', 'as_agent', 'as_centre', 'as_supervisor');
grant select on opened.act to as_worker;
alter table opened.act enable row level security;
create policy parties on opened.act for select to as_tendering_party, as_agent
    using (exists (select from notice.tender t where t.id = tender_id
        and kit.organization() in (t.tendering_party_id, t.agent_id)));
create policy bidders on opened.act for select to as_bidder using (opened.took_part(tender_id));
create policy desk on opened.act for select to as_centre, as_supervisor, as_worker using (true);
