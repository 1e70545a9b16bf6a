-- Why: which regency pays for which month is found by numbers' indexes, and an index goes by the steps of the index
-- key's chain (0047). The application cannot read that table, so its owner's functions bring a regency's part on.
-- Step: expand.

-- Under which indexes the regency has months.
create function nik_month_numbers(whose bigint) returns setof bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct nik_index from nik_month where tenant = whose and whose = payung_tenant()
$$;

-- Brings what the regency has from one index to another: 32 digits of the one and 32 of the other.
create function nik_month_bring_on(whose bigint, pairs text[]) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
    update nik_month
    set nik_index = wanted.later
    from (
        select decode(substr(item, 1, 32), 'hex') as earlier, decode(substr(item, 33), 'hex') as later
        from unnest(pairs) as given (item)
    ) as wanted
    where nik_month.tenant = whose and nik_month.nik_index = wanted.earlier and whose = payung_tenant()
$$;

revoke execute on function nik_month_numbers(bigint), nik_month_bring_on(bigint, text[]) from public;
