-- Any role can otherwise read counts, sizes and lock marks out of the catalogue. Needs a superuser once.
revoke select on pg_catalog.pg_class from public;
do $$
declare
    columns text;
    name text;
    signature text;
begin
    select string_agg(quote_ident(attname), ', ') into columns from pg_attribute
        where attrelid = 'pg_catalog.pg_class'::regclass and not attisdropped
          and attnum > 0 and attname not in ('reltuples', 'relpages', 'relallvisible', 'relallfrozen',
              'relfrozenxid', 'relminmxid', 'relfilenode');
    execute format('grant select (%s) on pg_catalog.pg_class to public', columns);
    execute 'grant select (tableoid) on pg_catalog.pg_class to public';

    execute 'revoke select on pg_catalog.pg_database from public';
    select string_agg(quote_ident(attname), ', ') into columns from pg_attribute
        where attrelid = 'pg_catalog.pg_database'::regclass and not attisdropped
          and attnum > 0 and attname not in ('datfrozenxid', 'datminmxid');
    execute format('grant select (%s) on pg_catalog.pg_database to public', columns);

    for name in select format('%I.%I', n.nspname, c.relname) from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'pg_catalog' and c.relkind in ('v', 'r')
          and (c.relname like 'pg\_stat%' or c.relname in ('pg_locks', 'pg_largeobject',
              'pg_largeobject_metadata', 'pg_prepared_xacts', 'pg_cursors', 'pg_replication_slots'))
    loop
        execute format('revoke all on %s from public', name);
    end loop;

    for signature in select p.oid::regprocedure::text from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = 'pg_catalog' and p.prokind = 'f' and (
            p.proname like 'pg\_stat\_%' or p.proname like 'pg\_%size' or p.proname like 'pg\_%wal%'
            or p.proname like 'pg\_current\_xact\_id%' or p.proname like 'txid\_%'
            or p.proname like 'pg\_%snapshot%' or p.proname like 'pg\_xact\_%'
            or p.proname like 'pg\_%advisory%' or p.proname like 'lo\_%' or p.proname = 'pg_lock_status'
            or p.proname like 'pg\_control\_%' or p.proname like 'pg\_%replication\_slot%'
            or p.proname like 'pg\_logical\_%' or p.oid = 'pg_catalog.age(xid)'::regprocedure
            or p.proname in ('pg_notification_queue_usage', 'pg_notify', 'pg_last_committed_xact',
                'pg_get_multixact_members', 'mxid_age', 'pg_export_snapshot', 'pg_relation_filenode',
                'pg_relation_filepath', 'pg_filenode_relation', 'pg_show_all_file_settings',
                'pg_listening_channels', 'pg_blocking_pids', 'pg_safe_snapshot_blocking_pids',
                'pg_prepared_xact'))
    loop
        begin
            execute format('revoke all on function %s from public', signature);
        exception when others then
            raise notice 'not revoked: %', signature;
        end;
    end loop;

    -- The owner of a temporary table reads its system columns, and with them the transaction counter.
    execute format('revoke temporary on database %I from public', current_database());
end $$;
