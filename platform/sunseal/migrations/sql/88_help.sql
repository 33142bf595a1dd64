-- Help at the deadline. A clerk who learns which firm has trouble with which tender learns who bids. So
-- a ticket has a random number and no author: whoever asks holds a secret, of which a digest stands
-- here that no role reads. A firm's secret is made with a key that is in no database, a visitor's is
-- the link to the answers. No table here has a column for a firm, a person who asks, or a tender.
create table help.ticket (
    id uuid primary key default gen_random_uuid(),
    number text not null unique check (number ~ '^[A-HJ-NP-Z]{6}$'),
    category text not null check (category in ('account', 'computer', 'files', 'network', 'words', 'other')),
    -- How many tickets its source had opened within the hour: who floods waits behind everybody else.
    turn integer not null check (turn >= 0),
    opened_at timestamptz not null default kit.now()
);
-- What was said, added to and never changed; the last word is the ticket's state.
create table help.word (
    id uuid primary key default gen_random_uuid(),
    ticket_id uuid not null references help.ticket on delete cascade,
    kind text not null check (kind in ('question', 'answer', 'closing')),
    text text not null check (length(text) <= 2000 and (text <> '' or kind = 'closing')),
    said_by uuid check ((said_by is null) = (kind = 'question')),
    said_at timestamptz not null default kit.now()
);
create index word_of on help.word (ticket_id, said_at);
-- Where to call back, if somebody wants to be called; forgotten soon after.
create table help.phone (
    ticket_id uuid primary key references help.ticket on delete cascade,
    phone text not null check (length(phone) between 3 and 40)
);
create table help.holder (
    ticket_id uuid primary key references help.ticket on delete cascade,
    digest bytea not null check (length(digest) = 32)
);
create index holder_by_digest on help.holder (digest);
-- Who asked how often, by digests under a key that is in no database; forgotten after a day.
create table help.asked (
    source bytea not null check (length(source) = 32),
    at timestamptz not null default kit.now()
);
create index asked_by on help.asked (source, at);

-- All that whoever asks can do, each by a secret: without it these functions answer nothing. False when
-- the number is taken.
create function help.open(p_secret bytea, p_number text, p_category text, p_text text, p_phone text,
        p_turn integer) returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        made uuid;
    begin
        insert into help.ticket (number, category, turn) values (p_number, p_category, p_turn)
            on conflict do nothing returning id into made;
        if made is null then
            return false;
        end if;
        insert into help.holder (ticket_id, digest) values (made, sha256(p_secret));
        insert into help.word (ticket_id, kind, text) values (made, 'question', p_text);
        if p_phone <> '' then
            insert into help.phone (ticket_id, phone) values (made, p_phone);
        end if;
        return true;
    end $$;
-- False when the secret is not of this ticket.
create function help.say(p_secret bytea, p_number text, p_text text) returns boolean
    language sql security definer set search_path = pg_catalog, pg_temp
    as $$
        with said as (
            insert into help.word (ticket_id, kind, text)
            select t.id, 'question', p_text from help.ticket t join help.holder h on h.ticket_id = t.id
            where h.digest = sha256(p_secret) and t.number = p_number returning 1)
        select exists (select from said)
    $$;
create function help.held(p_secret bytea)
    returns table (number text, category text, opened_at timestamptz, state text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select t.number, t.category, t.opened_at,
            (select w.kind from help.word w where w.ticket_id = t.id order by w.said_at desc limit 1)
        from help.ticket t join help.holder h on h.ticket_id = t.id
        where h.digest = sha256(p_secret) order by t.opened_at desc
    $$;
create function help.words(p_secret bytea, p_number text)
    returns table (kind text, text text, said_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select w.kind, w.text, w.said_at from help.word w
        join help.ticket t on t.id = w.ticket_id join help.holder h on h.ticket_id = t.id
        where h.digest = sha256(p_secret) and t.number = p_number order by w.said_at
    $$;
create function help.lately(p_source bytea) returns integer
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select count(*)::integer from help.asked a
          where a.source = p_source and a.at > kit.now() - interval '1 hour' $$;
create function help.count(p_source bytea) returns void
    language sql security definer set search_path = pg_catalog, pg_temp
    as $$ insert into help.asked (source) values (p_source) $$;

grant usage on schema help to as_public, as_centre, as_supervisor, as_worker;
grant execute on function help.open(bytea, text, text, text, text, integer), help.say(bytea, text, text),
    help.held(bytea), help.words(bytea, text), help.lately(bytea), help.count(bytea) to as_public;
call kit.let_read('help.ticket', 'as_centre', 'as_supervisor');
call kit.let_read('help.word', 'as_centre', 'as_supervisor');
call kit.let_read('help.phone', 'as_centre');
grant insert (id, ticket_id, kind, text, said_by) on help.word to as_centre;
grant select (id), delete on help.ticket to as_worker;
grant select (ticket_id, said_at) on help.word to as_worker;
grant select (ticket_id), delete on help.phone to as_worker;
grant select (at), delete on help.asked to as_worker;

-- A clerk answers in the own name, and asks nothing in anybody else's.
alter table help.word enable row level security;
create policy watched on help.word for select to as_centre, as_supervisor, as_worker using (true);
create policy clerk on help.word for insert to as_centre
    with check (kind in ('answer', 'closing') and said_by = kit.actor());
