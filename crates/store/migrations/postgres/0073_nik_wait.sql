-- Why: where the tables of all regencies lie in parts on several servers, a person kept must not wait for
-- another server, and must not be undone by it. What changed is written beside the person, in the same
-- transaction, and told to the others afterwards; on one server everything is as before.
-- Step: expand.

-- Numbers about which the others have still to be told. Whether the regency holds them is asked when
-- they are told, so the order of changes does not matter.
create table nik_claim_wait (
    tenant bigint not null,
    nik_index bytea not null,
    constraint nik_claim_wait_pk primary key (tenant, nik_index)
);

create or replace function claim_niks() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    -- Laid in parts: some of them lie on another server.
    is_wide boolean := exists (select from pg_partitioned_table where partrelid = 'nik_claim'::regclass);
begin
    if is_wide and tg_op <> 'INSERT' then
        insert into nik_claim_wait (tenant, nik_index)
        select o.tenant, o.nik_index from removed as o
        where o.nik_index is not null
            and not exists (
                select from added as n where n.tenant = o.tenant and n.nik_index = o.nik_index
            )
        on conflict do nothing;
        insert into nik_claim_wait (tenant, nik_index)
        select n.tenant, n.nik_index from added as n
        where n.nik_index is not null
            and not exists (
                select from removed as o where o.tenant = n.tenant and o.nik_index = n.nik_index
            )
        on conflict do nothing;
        return null;
    elsif is_wide then
        insert into nik_claim_wait (tenant, nik_index)
        select n.tenant, n.nik_index from added as n where n.nik_index is not null
        on conflict do nothing;
        return null;
    end if;
    if tg_op <> 'INSERT' then
        delete from nik_claim as c using removed as o
        where c.nik_index = o.nik_index and c.tenant = o.tenant;
    end if;
    insert into nik_claim (nik_index, tenant, claimed_at_ms)
    select n.nik_index, n.tenant, (extract(epoch from clock_timestamp()) * 1000)::bigint
    from added as n
    where n.nik_index is not null
    on conflict do nothing;
    return null;
end;
$$;

-- Tells the others of so many numbers at most, part by part; how many they were. Fewer than that: nothing
-- more can be told now, because nothing waits or because a server does not answer. What it was to be told
-- goes on waiting, and it is not asked twice in one call: each question waits for its silence. Told twice
-- is told once: a connection that breaks after the others kept it and before we forgot it is made up for
-- by the next time. A server that goes in the middle of its part undoes the call.
create function nik_claim_tell(most bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    whose bigint := payung_tenant();
    parts int4 := (select count(*) from pg_inherits where inhparent = 'nik_claim'::regclass);
    part record;
    wanted bytea[];
    held bytea[];
    told bigint := 0;
    away text[] := '{}';
begin
    for part in
        select p.at, case when parts = 0 then 'nik_claim' else 'nik_claim_' || p.at end as relation,
            coalesce(s.srvname, '') as server
        from generate_series(0, greatest(parts, 1) - 1) as p (at)
        left join pg_foreign_table as t on t.ftrelid = to_regclass('nik_claim_' || p.at)
        left join pg_foreign_server as s on s.oid = t.ftserver
        -- Who was away the last time is asked last: while much waits, not in every call.
        order by coalesce(s.srvname, '') = any (
            string_to_array(current_setting('payung.nodes_away', true), ',')
        ) nulls first, p.at
    loop
        exit when told >= most;
        continue when part.server = any (away);
        wanted := array(
            select w.nik_index from nik_claim_wait as w
            where w.tenant = whose and (
                parts = 0 or satisfies_hash_partition('nik_claim'::regclass, parts, part.at, w.nik_index)
            )
            order by w.nik_index limit most - told
        );
        continue when cardinality(wanted) = 0;
        held := array(
            select p.nik_index from person as p
            where p.tenant = whose and p.nik_index = any (wanted)
        );
        begin
            execute format(
                'insert into %I (nik_index, tenant, claimed_at_ms)'
                || ' select h, $2, (extract(epoch from clock_timestamp()) * 1000)::bigint'
                || ' from unnest($1) as h on conflict do nothing',
                part.relation
            ) using held, whose;
            execute format(
                'delete from %I where tenant = $1 and nik_index = any ($2) and nik_index <> all ($3)',
                part.relation
            ) using whose, wanted, held;
        exception
            when sqlstate '08001' or sqlstate '08003' or sqlstate '08006' or fdw_error then
                away := away || part.server;
                continue;
        end;
        delete from nik_claim_wait as w
        where w.tenant = whose and w.nik_index = any (wanted);
        told := told + cardinality(wanted);
    end loop;
    perform set_config('payung.nodes_away', array_to_string(away, ','), false);
    return told;
end;
$$;

-- Those of the numbers asked about that another region holds, and not which. The numbers go to each
-- server in one question, instead of every row of that server coming here.
create or replace function nik_held_elsewhere(wanted bytea[]) returns setof bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct c.nik_index from nik_claim as c
    where c.nik_index = any(wanted) and c.tenant <> (select payung_tenant())
$$;

-- Those of the regency's own numbers that another region holds too: asked part by part, so that each
-- server joins its own.
create or replace function nik_held_twice() returns setof bytea
language sql stable security definer set search_path = public, pg_temp
set enable_partitionwise_join = on as $$
    select distinct own.nik_index
    from nik_claim as own
    join nik_claim as c on c.nik_index = own.nik_index and c.tenant <> own.tenant
    where own.tenant = (select payung_tenant())
$$;

revoke execute on function nik_claim_tell(bigint) from public;
