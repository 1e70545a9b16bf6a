-- Some of the rows that lay whole before the tables of all regencies were laid in parts: to our own parts,
-- and to those of other servers when they answer. Run in transactions of its own until nothing moves.
do $carry$
declare
    shared text;
    whole text;
    parts bigint;
    gone bigint;
    come bigint;
    moved bigint := 0;
    twice bigint := 0;
    waiting bigint := 0;
begin
    foreach shared in array array['nik_claim', 'nik_month'] loop
        whole := shared || '_left';
        continue when to_regclass(whole) is null;
        parts := (select count(*) from pg_inherits where inhparent = shared::regclass);
        for at in 0..parts - 1 loop
            begin
                execute format(
                    'with next as materialized (select ctid from %1$I where satisfies_hash_partition('
                    || '%2$L::regclass, %3$s, %4$s, nik_index) limit 5000),'
                    || ' gone as (delete from %1$I where ctid = any(array(select ctid from next))'
                    || ' returning *),'
                    || ' come as (insert into %5$I select * from gone on conflict do nothing returning 1)'
                    || ' select (select count(*) from gone), (select count(*) from come)',
                    whole, shared, parts, at, shared || '_' || at
                ) into gone, come;
                moved := moved + gone;
                twice := twice + gone - come;
            exception
                -- Nobody there, or a server where the tables are not laid yet.
                when sqlstate '08001' or sqlstate '08006' or sqlstate '42P01' then
                    null;
            end;
        end loop;
        execute format('select count(*) from %I', whole) into gone;
        waiting := waiting + gone;
        if gone = 0 then
            execute format('drop table %I', whole);
        end if;
    end loop;
    perform set_config('payung.nodes_moved', moved::text, true),
        set_config('payung.nodes_twice', twice::text, true),
        set_config('payung.nodes_waiting', waiting::text, true);
end;
$carry$;
