select case
    when exists (select from pg_partitioned_table where partrelid = to_regclass('public.nik_month')) then 1::bigint
    else 0::bigint
end
