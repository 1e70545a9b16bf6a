-- After every migration, whatever it brought: references are checked at the end where that is asked
-- for. Before tables are given to Citus, which does not change a reference of a table that it has.
-- Running it again changes nothing.
do $$
declare
    found record;
begin
    for found in
        select c.conrelid::regclass as relation, c.conname
        from pg_constraint as c
        where c.connamespace = 'public'::regnamespace and c.contype = 'f'
            and c.conparentid = 0 and not c.condeferrable
    loop
        execute format(
            'alter table %s alter constraint %I deferrable initially immediate',
            found.relation, found.conname
        );
    end loop;
end;
$$;
