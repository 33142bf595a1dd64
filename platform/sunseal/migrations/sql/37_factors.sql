-- Second factors. Secrets are sealed under a key that is in no database, so whoever has the rows alone
-- can show no code. A session that waits for its code is one of the kinds `half` and `enrolment`, which
-- registry.authenticate lets in as the door: it can do nothing but show a code or set one up.
create table registry.factor (
    id uuid primary key default gen_random_uuid(),
    person_id uuid not null references registry.person,
    secret bytea not null,
    label text not null,
    last_step bigint not null default 0, -- of the last code that was taken: none counts twice
    created_at timestamptz not null,
    confirmed_at timestamptz,
    removed_at timestamptz
);
create index factor_of on registry.factor (person_id);

-- A passkey (Web Authentication) counts for the password and the code. `mac` is made with the same key
-- over whose it is and its public key: a row that somebody writes here by hand opens nothing.
create table registry.passkey (
    id uuid primary key default gen_random_uuid(),
    person_id uuid not null references registry.person,
    credential_id bytea not null unique check (length(credential_id) between 16 and 1023),
    public_key bytea not null,
    mac bytea not null check (length(mac) = 32),
    sign_count bigint not null,
    label text not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    removed_at timestamptz
);
create index passkey_of on registry.passkey (person_id);

-- What an authenticator was asked to sign: a digest over that, the session it was asked in and what for.
-- Each side sees its own; visitors, who may be firms, are asked on the box's login.
create table registry.passkey_challenge (
    digest bytea primary key check (length(digest) = 32),
    expires_at timestamptz not null,
    used_at timestamptz,
    login text not null default session_user
);

create table registry.recovery_code (
    person_id uuid not null references registry.person,
    digest bytea not null check (length(digest) = 32),
    made_at timestamptz not null,
    used_at timestamptz,
    primary key (person_id, digest)
);

-- A browser from which somebody has signed in before: what guesses from elsewhere do does not touch it.
create table registry.known_device (
    person_id uuid not null references registry.person,
    digest bytea not null check (length(digest) = 32),
    seen_at timestamptz not null,
    primary key (person_id, digest)
);
create index known_device_by_digest on registry.known_device (digest);

-- By the digest of the address that was typed, registered or not; `device` is null for an unknown one.
-- Each side counts its own: a desk page that is taken over must not see that a firm has just signed in.
create table registry.wrong_guess (
    id uuid primary key default gen_random_uuid(),
    account bytea not null check (length(account) = 32),
    device bytea,
    at timestamptz not null,
    login text not null default session_user
);
create index wrong_guess_of on registry.wrong_guess (account, at);

call kit.let_read('registry.factor', 'as_door');
call kit.let_read('registry.passkey', 'as_door');
call kit.let_read('registry.passkey_challenge', 'as_door');
call kit.let_read('registry.recovery_code', 'as_door');
call kit.let_read('registry.known_device', 'as_door');
call kit.let_read('registry.wrong_guess', 'as_door');
grant insert on registry.factor, registry.passkey, registry.recovery_code, registry.known_device to as_door;
grant insert (digest, expires_at, used_at) on registry.passkey_challenge to as_door;
grant insert (id, account, device, at) on registry.wrong_guess to as_door;
grant update (last_step, confirmed_at, removed_at) on registry.factor to as_door;
grant update (sign_count, last_used_at, removed_at) on registry.passkey to as_door;
grant update (used_at) on registry.passkey_challenge, registry.recovery_code to as_door;
grant update (seen_at) on registry.known_device to as_door;
-- For whoever has lost telephone and codes: the operator's command, which the log notes.
grant select, update (removed_at) on registry.factor, registry.passkey to as_worker;
grant select, update (used_at) on registry.recovery_code to as_worker;
grant select, delete on registry.wrong_guess, registry.known_device, registry.passkey_challenge to as_worker;

-- Of sessions the door ends those alone that wait for a factor.
grant select (id, person_id, kind, expires_at, revoked_at), update (revoked_at) on registry.session to as_door;
create policy waiting on registry.session as restrictive for update to as_door
    using (kind in ('half', 'enrolment'));

-- The door sees the factors of its own login's side: the subquery sees the people of that side alone.
do $$
declare
    name text;
begin
    foreach name in array array['factor', 'passkey', 'recovery_code', 'known_device'] loop
        execute format('alter table registry.%I enable row level security', name);
        execute format('create policy side on registry.%I to as_door
            using (exists (select from registry.person p where p.id = person_id))', name);
    end loop;
end $$;
alter table registry.wrong_guess enable row level security;
alter table registry.passkey_challenge enable row level security;
create policy side on registry.wrong_guess to as_door using (login = session_user);
create policy side on registry.passkey_challenge to as_door using (login = session_user);
create policy reset on registry.factor to as_worker using (true);
create policy reset on registry.passkey to as_worker using (true);
create policy reset on registry.recovery_code to as_worker using (true);
create policy sweep on registry.known_device to as_worker using (true);
create policy sweep on registry.wrong_guess to as_worker using (true);
create policy sweep on registry.passkey_challenge to as_worker using (true);
