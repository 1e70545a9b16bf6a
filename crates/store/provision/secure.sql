-- After every migration, whatever it brought: each table closed to other regencies. Running it again
-- changes nothing.
do $$
declare
    found record;
begin
    for found in
        select c.oid::regclass as relation
        from pg_class as c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and not exists (
                select from pg_class as r
                where r.oid = coalesce(pg_partition_root(c.oid), c.oid)
                    and r.relname ~ '^(migration|nik_claim|nik_month|index_chain)(_left)?$'
            )
    loop
        perform payung_secure(found.relation);
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
