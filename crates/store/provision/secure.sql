-- After every migration, whatever it brought: each table closed to other regencies, references
-- checked when asked to be, at the end. Running it again changes nothing.
do $$
declare
    found record;
begin
    for found in
        select c.oid::regclass as relation
        from pg_class as c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and c.relname not in ('migration', 'nik_claim', 'nik_month')
    loop
        perform payung_secure(found.relation);
    end loop;
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

-- The months that work begins with soon; others are made when they are needed.
do $$
declare
    ahead integer;
    wanted timestamp := date_trunc('month', now() at time zone 'Asia/Jakarta');
begin
    for ahead in 0..2 loop
        perform payung_open_month(
            relation, to_char(wanted + make_interval(months => ahead), 'YYYYMM')::bigint
        )
        from unnest(array['bill_line', 'covered_month']) as relation;
    end loop;
end;
$$;
