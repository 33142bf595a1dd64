-- Three logins without rights of their own; each may take only the audience roles of its own side.
-- An injection in a staff page runs on sunseal_desk, and from there no statement reaches as_bidder
-- or as_worker. Roles belong to the cluster, so a second database finds them already there.
do $$
declare
    name text;
begin
    foreach name in array array['sunseal_owner', 'as_public', 'as_tendering_party', 'as_agent',
        'as_centre', 'as_supervisor', 'as_custodian', 'as_operator', 'as_door', 'as_bidder', 'as_worker']
    loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I nologin noinherit nosuperuser nocreatedb nocreaterole', name);
        end if;
    end loop;
    foreach name in array array['sunseal_desk', 'sunseal_box', 'sunseal_work']
    loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I login noinherit nosuperuser nocreatedb nocreaterole', name);
        end if;
    end loop;
end $$;

-- A server log quotes keys and whole rows in its DETAIL lines. What happens on the bidders' and the
-- worker's side must not stand there.
alter role sunseal_box set log_min_messages = 'panic';
alter role sunseal_work set log_min_messages = 'panic';

grant as_public, as_door, as_tendering_party, as_agent, as_centre, as_supervisor, as_custodian,
    as_operator to sunseal_desk with inherit false, set true;
grant as_public, as_door, as_bidder to sunseal_box with inherit false, set true;
grant as_worker to sunseal_work with inherit false, set true;

create schema kit authorization sunseal_owner;
create schema registry authorization sunseal_owner;
create schema notice authorization sunseal_owner;
create schema custody authorization sunseal_owner;
create schema sealed authorization sunseal_owner;
create schema opened authorization sunseal_owner;
create schema audit authorization sunseal_owner;
create schema supervision authorization sunseal_owner;
create schema help authorization sunseal_owner;
revoke all on schema public from public;
