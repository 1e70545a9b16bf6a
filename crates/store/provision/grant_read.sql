-- What a role that only looks may see: every table but the two that know of all regencies, and of
-- each only the regency that its `payung.tenant` names. ROLE is put in by the program.
do $$
declare
    found record;
begin
    revoke all on all tables in schema public from ROLE;
    grant usage on schema public to ROLE;
    for found in
        select c.oid::regclass as relation
        from pg_class as c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and not c.relispartition
            and c.relname !~ '^(nik_claim|nik_month|index_chain)(_left)?$'
    loop
        execute format('grant select on %s to ROLE', found.relation);
    end loop;
end;
$$;
