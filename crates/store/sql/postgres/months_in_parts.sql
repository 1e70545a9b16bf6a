select cast(exists (
    select from pg_partitioned_table where partrelid = to_regclass('public.nik_month')
) as integer)
