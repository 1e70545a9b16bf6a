-- The tables of all regencies laid in parts over several servers, alike on each: a part is a table on one
-- of them and a foreign table on the others. `payung_plan` says over which: {"own": 0, "parts": 8,
-- "nodes": [{"name", "host", "port", "database", "tls", "root", "password"}, …]}; it came as rows, which no
-- log of statements shows. Running it again follows a server that moved or has a new password.
-- `nodes_carry.sql` carries the rows that were there before.
do $lay$
declare
    plan json := (select document::json from pg_temp.payung_plan);
    own int4 := (plan ->> 'own')::int4;
    parts int4 := (plan ->> 'parts')::int4;
    nodes int4 := json_array_length(plan -> 'nodes');
    tables text[] := array['nik_claim', 'nik_month'];
    node json;
    server text;
    shared text;
    whole text;
    part text;
    known record;
    kept bigint;
    silent text[] := '{}';
    otherwise text[] := '{}';
    wanted text[];
    theirs text[];
begin
    -- A month that somebody is about to confirm would be lost to whoever carries his rows first.
    if (select relkind from pg_class where oid = 'nik_month'::regclass) = 'r' then
        if exists (
            select from nik_month where state = 'reserved'
                and until_ms >= (extract(epoch from clock_timestamp()) * 1000)::bigint
        ) then
            raise exception 'nodes_months_reserved';
        end if;
    end if;
    for at in 0..nodes - 1 loop
        continue when at = own;
        node := plan -> 'nodes' -> at;
        server := 'payung_' || (node ->> 'name');
        if not exists (select from pg_foreign_server where srvname = server) then
            execute format(
                'create server %I foreign data wrapper postgres_fdw options (host %L, port %L,'
                || ' dbname %L, sslmode %L, sslrootcert %L, connect_timeout %L, tcp_user_timeout %L,'
                || ' keepalives_idle %L, keepalives_interval %L, keepalives_count %L,'
                || ' fetch_size %L)',
                server, node ->> 'host', node ->> 'port', node ->> 'database', node ->> 'tls',
                node ->> 'root', '3', '10000', '5', '2', '3', '10000'
            );
        else
            execute format(
                'alter server %I options (set host %L, set port %L, set dbname %L, set sslmode %L,'
                || ' set sslrootcert %L)',
                server, node ->> 'host', node ->> 'port', node ->> 'database', node ->> 'tls',
                node ->> 'root'
            );
        end if;
        -- Whatever goes wrong here is said without the statement, which has the password in it.
        begin
            if exists (
                select from pg_user_mappings where srvname = server and usename = current_user
            ) then
                execute format(
                    'alter user mapping for current_user server %I options (set password %L)',
                    server, node ->> 'password'
                );
            else
                execute format(
                    'create user mapping for current_user server %I options (user %L, password %L)',
                    server, 'payung_nik', node ->> 'password'
                );
            end if;
        exception
            when query_canceled or others then
                raise exception using errcode = sqlstate, message = 'nodes_mapping';
        end;
    end loop;

    foreach shared in array tables loop
        whole := shared || '_left';
        if (select relkind from pg_class where oid = shared::regclass) = 'r' then
            execute format('lock table %I', shared);
            execute format('alter table %I rename to %I', shared, whole);
            execute format(
                'create table %I (like %I including defaults including constraints)'
                || ' partition by hash (nik_index)',
                shared, whole
            );
            for at in 0..parts - 1 loop
                part := shared || '_' || at;
                if at % nodes <> own then
                    execute format(
                        'create foreign table %I partition of %I for values with (modulus %s,'
                        || ' remainder %s) server %I options (schema_name %L, table_name %L)',
                        part, shared, parts, at,
                        'payung_' || (plan -> 'nodes' -> (at % nodes) ->> 'name'), 'public', part
                    );
                    -- Rows sent by the thousand come out of their order, and two regencies that want the
                    -- same numbers in another order wait for each other on two servers, which no server
                    -- sees. A claim of a number is a regency's own row: nobody else wants it.
                    if shared = 'nik_claim' then
                        execute format('alter foreign table %I options (add batch_size %L)', part, '1000');
                    end if;
                    continue;
                end if;
                execute format(
                    'create table %I partition of %I for values with (modulus %s, remainder %s)',
                    part, shared, parts, at
                );
                for known in
                    select i.indisprimary, i.indisunique, k.conname, pg_get_constraintdef(k.oid) as key,
                        split_part(pg_get_indexdef(i.indexrelid), ' USING ', 2) as columns
                    from pg_index as i
                    left join pg_constraint as k on k.conindid = i.indexrelid and k.contype = 'p'
                    where i.indrelid = whole::regclass
                loop
                    if known.indisprimary then
                        execute format(
                            'alter table %I add constraint %I %s', part, part || '_pk', known.key
                        );
                    else
                        execute format(
                            'create %s index on %I using %s',
                            case when known.indisunique then 'unique' end, part, known.columns
                        );
                    end if;
                end loop;
                execute format('grant select, insert, update, delete on %I to payung_nik', part);
            end loop;
        elsif parts <> (select count(*) from pg_inherits where inhparent = shared::regclass)
            or exists (
                select from generate_series(0, parts - 1) as p (at)
                left join pg_class as c on c.relnamespace = 'public'::regnamespace
                    and c.relname = shared || '_' || p.at
                left join pg_foreign_table as t on t.ftrelid = c.oid
                left join pg_foreign_server as s on s.oid = t.ftserver
                where c.oid is null or coalesce(s.srvname, '') <> case
                    when p.at % nodes = own then ''
                    else 'payung_' || (plan -> 'nodes' -> (p.at % nodes) ->> 'name')
                end
            ) then
            raise exception 'nodes_laid_otherwise';
        end if;
    end loop;

    -- What lies where by this server's own lists: asked by the others, and asked of them. Neither is among the
    -- register's tables.
    create schema if not exists payung_nodes;
    create or replace view payung_nodes.layout as
    select c.relname::text as part, coalesce(s.srvname, '')::text as server
    from pg_inherits as i
    join pg_class as c on c.oid = i.inhrelid
    left join pg_foreign_table as t on t.ftrelid = c.oid
    left join pg_foreign_server as s on s.oid = t.ftserver
    where i.inhparent in ('public.nik_claim'::regclass, 'public.nik_month'::regclass);
    grant usage on schema payung_nodes to payung_nik;
    grant select on payung_nodes.layout to payung_nik;

    -- Who answers, who of these has the same parts on the same servers in the same order, and lets us at his.
    for at in 0..nodes - 1 loop
        continue when at = own;
        server := plan -> 'nodes' -> at ->> 'name';
        part := 'layout_of_' || server;
        execute format(
            'create foreign table if not exists payung_nodes.%I (part text, server text) server %I'
            || ' options (schema_name %L, table_name %L)',
            part, 'payung_' || server, 'payung_nodes', 'layout'
        );
        wanted := array(
            select s || '_' || p || ' ' || case
                when p % nodes = at then ''
                else 'payung_' || (plan -> 'nodes' -> (p % nodes) ->> 'name')
            end
            from unnest(tables) as s, generate_series(0, parts - 1) as p
        );
        begin
            execute format('select array(select part || %L || server from payung_nodes.%I)', ' ', part)
            into theirs;
            if not (theirs @> wanted and theirs <@ wanted) then
                otherwise := otherwise || server;
                continue;
            end if;
            foreach shared in array tables loop
                for p in 0..parts - 1 loop
                    continue when p % nodes <> at;
                    execute format('select 1 from %I limit 1', shared || '_' || p) into kept;
                end loop;
            end loop;
        exception
            when others then
                silent := silent || server;
        end;
    end loop;
    perform set_config('payung.nodes_silent', array_to_string(silent, ', '), true),
        set_config('payung.nodes_otherwise', array_to_string(otherwise, ', '), true);
end;
$lay$;
