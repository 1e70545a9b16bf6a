-- Once on each server, as its superuser, in Payung's database: how the servers of a register may reach
-- each other's parts of the tables of all regencies. The password follows: \password payung_nik
do $role$
begin
    if not exists (select from pg_roles where rolname = 'payung_nik') then
        create role payung_nik login;
    end if;
    -- Whoever loses the way to us holds nobody up for long.
    alter role payung_nik set lock_timeout = '10s';
    alter role payung_nik set statement_timeout = '2min';
    alter role payung_nik set idle_in_transaction_session_timeout = '30s';
    alter role payung_nik set tcp_keepalives_idle = '5';
    alter role payung_nik set tcp_keepalives_interval = '2';
    alter role payung_nik set tcp_keepalives_count = '3';
end;
$role$;

create extension if not exists postgres_fdw;

grant usage on foreign data wrapper postgres_fdw to payung_owner;

-- What these servers are told of each other comes as rows of a passing table, which no log shows.
do $plan$
begin
    execute format('grant temporary on database %I to payung_owner', current_database());
end;
$plan$;
