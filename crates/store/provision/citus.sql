-- Where the database has the extension Citus: each table that Citus does not know yet is given to it, as
-- `payung.spread` says (the program's own list, in an order in which each comes after those that it
-- refers to). Running it again changes nothing; without the extension nothing is done.
do $spread$
declare
    wanted record;
    forced regclass[];
    part regclass;
    before bigint;
    after bigint;
begin
    if not exists (select from pg_extension where extname = 'citus') then
        return;
    end if;
    -- One connection to each server for all that follows; the guards that only refuse work on parts of
    -- tables as well; and what a transaction says of itself (`payung.tenant`) is said to every server.
    perform set_config('citus.multi_shard_modify_mode', 'sequential', true),
        set_config('citus.enable_unsafe_triggers', 'on', true),
        set_config('citus.propagate_set_commands', 'local', true);
    if exists (select from pg_settings where name = 'citus.propagate_set_commands') then
        execute format(
            'alter database %I set citus.propagate_set_commands = %L', current_database(), 'local'
        );
    end if;
    for wanted in
        select given ->> 'name' as name, given ->> 'column' as part_by, given ->> 'beside' as beside
        from json_array_elements(current_setting('payung.spread')::json) as given
    loop
        continue when to_regclass(wanted.name) is null or exists (
            select from pg_dist_partition where logicalrelid = to_regclass(wanted.name)
        );
        -- A policy that holds the owner too would hide the rows from whoever carries them.
        forced := array(
            select c.oid::regclass from pg_class as c
            where c.relforcerowsecurity and (
                c.oid = to_regclass(wanted.name)
                or c.oid in (select relid from pg_partition_tree(to_regclass(wanted.name)))
            )
        );
        foreach part in array forced loop
            execute format('alter table %s no force row level security', part);
        end loop;
        execute format('select count(*) from %I', wanted.name) into before;
        if wanted.part_by is null then
            execute format('select create_reference_table(%L)', wanted.name);
        else
            execute format(
                'select create_distributed_table(%L, %L, colocate_with => %L)',
                wanted.name, wanted.part_by, coalesce(wanted.beside, 'none')
            );
        end if;
        execute format('select count(*) from %I', wanted.name) into after;
        if before <> after then
            raise exception 'spread_lost_rows';
        end if;
        foreach part in array forced loop
            execute format('alter table %s force row level security', part);
        end loop;
    end loop;
end;
$spread$;
