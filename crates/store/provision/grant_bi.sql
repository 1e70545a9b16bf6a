-- What a reporting tool's role may see: the numbers without identity, and no table. ROLE is put in by
-- the program.
do $$
begin
    revoke all on all tables in schema public from ROLE;
    revoke all on schema public from ROLE;
    if to_regnamespace('payung_bi') is not null then
        grant usage on schema payung_bi to ROLE;
        grant select on all tables in schema payung_bi to ROLE;
    end if;
end;
$$;
