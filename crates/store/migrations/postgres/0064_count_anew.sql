-- Why: a ledger that grows by ten thousand transfers a batch was counted after each of them.
-- Step: expand.

-- Counts a table anew after a bulk insert, once it is half as large again as when it was last
-- counted: only its owner may, and plans for an empty table are ruinous. Who finds somebody else
-- counting goes on. A table in parts by month has no size of its own, and is counted.
create or replace function payung_count_anew(relation text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    known record;
begin
    select c.oid, c.relkind, c.reltuples, c.relpages into known
    from pg_class as c
    where c.relnamespace = 'public'::regnamespace and c.relname = relation and c.relrowsecurity;
    if not found or (
        known.relkind = 'r' and known.reltuples > 0
        and pg_relation_size(known.oid) * 2
            < known.relpages * current_setting('block_size')::bigint * 3
    ) then
        return;
    end if;
    execute format('analyze (skip_locked) %I', relation);
end;
$$;
