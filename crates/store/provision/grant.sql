-- What the application's role may do, and nothing more: rows of its tables, never their shape. What
-- is written once (a trigger refuses its change) is only added to. ROLE is put in by the program.
do $$
declare
    found record;
begin
    revoke all on all tables in schema public from ROLE;
    grant usage on schema public to ROLE;
    for found in
        select c.oid::regclass as relation, c.relname,
            exists (
                select from pg_trigger as t
                join pg_proc as p on p.oid = t.tgfoid
                -- Bits of tgtype: 8 delete, 16 update, of any column.
                where t.tgrelid = c.oid and p.proname = 'refuse_change'
                    and t.tgtype & 16 > 0 and t.tgattr::text = ''
            ) as unchanged,
            exists (
                select from pg_trigger as t
                join pg_proc as p on p.oid = t.tgfoid
                where t.tgrelid = c.oid and p.proname = 'refuse_change' and t.tgtype & 8 > 0
            ) as kept
        from pg_class as c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and not c.relispartition and c.relname !~ '^(nik_claim|nik_month)(_left)?$'
    loop
        execute format('grant select on %s to ROLE', found.relation);
        if found.relname <> 'migration' then
            execute format('grant insert on %s to ROLE', found.relation);
            if not found.unchanged then
                execute format('grant update on %s to ROLE', found.relation);
            end if;
            if not found.kept then
                execute format('grant delete on %s to ROLE', found.relation);
            end if;
        end if;
    end loop;
    grant execute on function payung_open_month(text, bigint), payung_count_anew(text),
        nik_held_elsewhere(bytea[]), nik_held_twice() to ROLE;
    -- What answers and acts for the regency alone on the table of all; none before migration 71 and 73.
    for found in
        select p.oid::regprocedure as relation
        from pg_proc as p
        where p.pronamespace = 'public'::regnamespace
            and (p.proname like 'nik~_month~_%' escape '~' or p.proname = 'nik_claim_tell')
    loop
        execute format('grant execute on function %s to ROLE', found.relation);
    end loop;
end;
$$;
