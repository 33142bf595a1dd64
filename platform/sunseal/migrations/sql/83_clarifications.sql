-- Questions before a tender's deadline, and what the tendering side publishes in answer. Who asks, and
-- when to the minute, stays in the box: no desk role may look there. What the desk gets are copies of
-- the texts alone, put down by the worker in batches, under new names and in no order.
create table sealed.question (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null,
    organization_id uuid not null,
    number integer not null check (number between 1 and 10), -- a firm's own, and the limit for it
    text text not null check (char_length(text) between 1 and 4000),
    asked_at timestamptz not null default kit.now(),
    released uuid unique, -- the copy's name
    unique (tender_id, organization_id, number)
);
create index question_waiting on sealed.question (tender_id) where released is null;
-- `released_at` is the batch's hour and not the moment of any row. No foreign key: it would lock a row
-- of the tender for something that comes out of the box.
create table notice.question (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null,
    text text not null,
    released_at timestamptz not null
);
create index question_of on notice.question (tender_id, released_at);
-- What was published: `body` is the canonical clarification, whose digest the log has.
create table notice.clarification (
    id uuid primary key default gen_random_uuid(),
    tender_id uuid not null references notice.tender,
    number integer not null,
    body bytea not null,
    digest bytea not null check (digest = sha256(body)),
    published_at timestamptz not null,
    unique (tender_id, number)
);
create table notice.answered (
    question_id uuid primary key references notice.question,
    clarification_id uuid not null references notice.clarification
);
create index answered_by on notice.answered (clarification_id);

-- Whether bytes are a clarification in their one spelling: one that no program could read would leave a
-- tender without a page of answers for good, because nothing here is ever taken back.
create function notice.is_clarification(p_body bytea) returns boolean language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$ select convert_from(p_body, 'UTF8') = kit.spelled(s.said)
        and (select array_agg(k order by k) from jsonb_object_keys(s.said) k)
            = '{answer,number,origin,published_at,question,tender,version}'::text[]
        and not exists (select from jsonb_each(s.said) e
            where (jsonb_typeof(e.value) = 'string') = (e.key = 'number'))
        and s.said ->> 'version' = 'sunseal/clarification/v1'
        and kit.is_time(s.said ->> 'published_at')
        and length(s.said ->> 'question') <= 4000 and length(s.said ->> 'answer') between 1 and 4000
        from (select convert_from(p_body, 'UTF8')::jsonb as said) s $$;

-- Added one by one by the tender's own side, while bidders can still act on it, and then never changed,
-- not even by its owner's SQL. Who somebody is comes from the registry, the time is the database's.
create function notice.keep_clarification() returns trigger language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        said jsonb;
    begin
        if tg_op <> 'INSERT' then
            raise exception 'What was published in answer stays as it is; publish another clarification.'
                using errcode = 'restrict_violation';
        end if;
        said := convert_from(new.body, 'UTF8');
        if not exists (select from registry.person p join notice.tender t on t.id = new.tender_id
            where p.id = kit.actor() and p.disabled_at is null
              and p.role in ('tendering_party', 'agent')
              and p.organization_id in (t.tendering_party_id, t.agent_id)
              and t.status = 'published' and kit.now() < t.deadline)
            or new.number <> 1 + (select count(*) from notice.clarification c
                where c.tender_id = new.tender_id)
            or notice.is_clarification(new.body) is not true
            or (said ->> 'tender', said ->> 'number') is distinct from
                (new.tender_id::text, new.number::text)
            or (said ->> 'published_at')::timestamptz is distinct from new.published_at
            or new.published_at not between kit.now() - interval '1 minute' and kit.now()
        then
            raise exception 'The tendering side publishes its next clarification before the deadline.'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
create trigger keep_clarification before insert or update or delete on notice.clarification
    for each row execute function notice.keep_clarification();

-- Copies and what answers them are reached through functions alone: whoever may read a table, be it by a
-- policy that shows him no row, is told by EXPLAIN how many there are, and with them how many firms ask.
create function notice.questions_of(p_tender uuid)
    returns table (id uuid, text text, released_at timestamptz, clarification integer)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select q.id, q.text, q.released_at, c.number from notice.question q
            join notice.tender t on t.id = q.tender_id
            left join notice.answered a on a.question_id = q.id
            left join notice.clarification c on c.id = a.clarification_id
        where q.tender_id = p_tender and kit.organization() in (t.tendering_party_id, t.agent_id)
        order by q.released_at desc, q.id
    $$;
create function notice.answer(p_clarification uuid, p_questions uuid[]) returns void
    language sql security definer set search_path = pg_catalog, pg_temp
    as $$
        insert into notice.answered (question_id, clarification_id)
            select q.id, c.id from notice.clarification c
                join notice.tender t on t.id = c.tender_id
                join notice.question q on q.tender_id = t.id
            where c.id = p_clarification and q.id = any (p_questions)
              and kit.organization() in (t.tendering_party_id, t.agent_id)
    $$;
-- How many firms asked one thing is not for other firms to know: each sees what became of its own.
create function sealed.answer_to(p_released uuid) returns integer
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select c.number from sealed.question s
            join notice.answered a on a.question_id = s.released
            join notice.clarification c on c.id = a.clarification_id
        where s.released = p_released and s.organization_id = kit.organization()
    $$;
grant execute on function notice.questions_of(uuid), notice.answer(uuid, uuid[])
    to as_tendering_party, as_agent;
grant execute on function sealed.answer_to(uuid) to as_bidder;

call kit.let_read('sealed.question', 'as_bidder');
call kit.let_read('notice.clarification', 'as_public', 'as_bidder', 'as_tendering_party', 'as_agent',
    'as_centre', 'as_supervisor', 'as_custodian', 'as_operator');
grant insert (id, tender_id, organization_id, number, text) on sealed.question to as_bidder;
grant insert (id, tender_id, number, body, digest, published_at) on notice.clarification
    to as_tendering_party, as_agent;
-- Not even the worker makes up a question in a firm's name, or words one differently later.
grant select on sealed.question, notice.question, notice.clarification, notice.answered to as_worker;
grant update (released) on sealed.question to as_worker;
grant insert (id, tender_id, text, released_at) on notice.question to as_worker;

alter table sealed.question enable row level security;
create policy own on sealed.question for select to as_bidder
    using (organization_id = kit.organization());
create policy asked on sealed.question for insert to as_bidder
    with check (organization_id = kit.organization() and exists (select from notice.tender t
        where t.id = tender_id and t.status = 'published' and kit.now() < t.deadline));
create policy worker on sealed.question to as_worker using (true);
alter table notice.clarification enable row level security;
create policy everyone on notice.clarification for select to as_public, as_bidder, as_tendering_party,
    as_agent, as_centre, as_supervisor, as_custodian, as_operator, as_worker using (true);
create policy own on notice.clarification for insert to as_tendering_party, as_agent
    with check (exists (select from notice.tender t where t.id = tender_id
        and kit.organization() in (t.tendering_party_id, t.agent_id)));
