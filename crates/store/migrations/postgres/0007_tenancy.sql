-- Why: one server for many regencies. A row is seen and written only inside a transaction that says
-- whose it is; references are asked about by the set, not row by row; a month has its own partition;
-- a number that two regencies hold is known to both, and nothing more.
-- Step: expand.

-- The regency of the transaction; null when nobody said, and then nothing is seen or written.
create function payung_tenant() returns bigint language sql stable parallel safe as $$
    select nullif(current_setting('payung.tenant', true), '')::bigint
$$;

-- Closes a table to everybody but the regency of the transaction, its owner included.
create function payung_secure(relation regclass) returns void language plpgsql as $$
begin
    if exists (
        select from pg_class
        where oid = relation and not (relrowsecurity and relforcerowsecurity)
    ) then
        execute format('alter table %s enable row level security', relation);
        execute format('alter table %s force row level security', relation);
    end if;
    if not exists (select from pg_policy where polrelid = relation) then
        execute format(
            'create policy tenant_only on %s using (tenant = (select payung_tenant()))'
            || ' with check (tenant = (select payung_tenant()))',
            relation
        );
    end if;
end;
$$;

-- Makes the partition of a month where there is none. Made apart and attached: nobody who reads or
-- writes other months waits for it.
create function payung_open_month(relation text, month bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    parent regclass;
    part text;
    primary_key record;
begin
    if relation not in ('bill_line', 'covered_month')
        or month % 100 not between 1 and 12 or month not between 190001 and 299912 then
        raise exception 'month_unknown';
    end if;
    parent := relation::regclass;
    part := relation || '_' || month;
    if to_regclass(part) is not null then
        return;
    end if;
    -- Two who want the same month: one makes it, the other finds it.
    perform pg_advisory_xact_lock(7300, month::int4);
    if to_regclass(part) is not null then
        return;
    end if;
    execute format('create table %I (like %s including all excluding indexes)', part, parent);
    for primary_key in
        select conname, pg_get_constraintdef(oid) as text
        from pg_constraint
        where conrelid = parent and contype = 'p'
    loop
        execute format(
            'alter table %I add constraint %I %s',
            part, primary_key.conname || '_' || month, primary_key.text
        );
    end loop;
    perform payung_secure(part::regclass);
    execute format(
        'alter table %s attach partition %I for values from (%s) to (%s)',
        parent, part, month, case when month % 100 = 12 then month + 89 else month + 1 end
    );
end;
$$;

-- Counts a table anew after a bulk insert: only its owner may, and plans for an empty table are
-- ruinous. Who finds somebody else counting goes on.
create function payung_count_anew(relation text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (
        select from pg_class
        where relnamespace = 'public'::regnamespace and relname = relation and relrowsecurity
    ) then
        execute format('analyze (skip_locked) %I', relation);
    end if;
end;
$$;

-- References of the tables that grow by the hundred thousand. The server's own check asks once per
-- row and locks what it finds; asking once per statement is four times as fast and says the same,
-- because what is referred to is never removed (below) and another regency's rows are not seen.
-- Without sequential reading a plan made while a table was empty stays good.
alter table transfer drop constraint transfer_debit_fk;
alter table transfer drop constraint transfer_credit_fk;
alter table transfer drop constraint transfer_pending_fk;
alter table transfer_resolution drop constraint transfer_resolution_pending_fk;
alter table covered_month drop constraint covered_month_person_fk;
alter table covered_month drop constraint covered_month_transfer_fk;
alter table bill_line drop constraint bill_line_bill_fk;
alter table bill_line drop constraint bill_line_membership_fk;

-- `check_references(column, table, constraint, …)`: every value of the column is an id of the table.
create function check_references() returns trigger
language plpgsql set enable_seqscan = off as $$
declare
    at int4 := 0;
    missing boolean;
begin
    while at < tg_nargs loop
        execute format(
            'select exists (select from (select distinct tenant, %1$I as wanted from added'
            || ' where %1$I is not null) as a where'
            || ' (select r.tenant from %2$I as r where r.tenant = a.tenant and r.id = a.wanted) is null)',
            tg_argv[at], tg_argv[at + 1]
        ) into missing;
        if missing then
            raise exception using
                errcode = 'foreign_key_violation',
                constraint = tg_argv[at + 2],
                message = tg_argv[at + 2];
        end if;
        at := at + 3;
    end loop;
    return null;
end;
$$;

create trigger transfer_references after insert on transfer
referencing new table as added for each statement
execute function check_references(
    'debit', 'account', 'transfer_debit_fk', 'credit', 'account', 'transfer_credit_fk',
    'pending', 'transfer', 'transfer_pending_fk'
);

create trigger transfer_resolution_references after insert on transfer_resolution
referencing new table as added for each statement
execute function check_references('pending', 'transfer', 'transfer_resolution_pending_fk');

create trigger covered_month_references after insert on covered_month
referencing new table as added for each statement
execute function check_references(
    'person', 'person', 'covered_month_person_fk', 'transfer', 'transfer', 'covered_month_transfer_fk'
);

create trigger bill_line_references after insert on bill_line
referencing new table as added for each statement
execute function check_references(
    'bill', 'bill', 'bill_line_bill_fk', 'membership', 'membership', 'bill_line_membership_fk'
);

-- What they refer to stays, under the id it has.
create trigger account_kept before delete or update of tenant, id on account
for each statement execute function refuse_change('account_kept');

create trigger person_kept before delete or update of tenant, id on person
for each statement execute function refuse_change('person_kept');

create trigger membership_kept before delete or update of tenant, id on membership
for each statement execute function refuse_change('membership_kept');

create trigger bill_kept before delete or update of tenant, id on bill
for each statement execute function refuse_change('bill_kept');

-- Lines of a bill and covered months are added or removed, never rewritten.
create trigger bill_line_no_update before update on bill_line
for each statement execute function refuse_change('bill_line_unchanged');

create trigger covered_month_no_update before update on covered_month
for each statement execute function refuse_change('covered_month_unchanged');

-- Whom the regencies of this server hold, by keyed index: the one table that knows of all. Nobody
-- but its owner's functions can read it, and they answer for the regency of the transaction.
create table nik_claim (
    nik_index bytea not null,
    tenant bigint not null,
    claimed_at_ms bigint not null,
    constraint nik_claim_pk primary key (nik_index, tenant)
);

create index nik_claim_tenant on nik_claim (tenant, nik_index);

create function claim_niks() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op <> 'INSERT' then
        delete from nik_claim as c using removed as o
        where c.nik_index = o.nik_index and c.tenant = o.tenant;
    end if;
    if tg_op <> 'DELETE' then
        insert into nik_claim (nik_index, tenant, claimed_at_ms)
        select n.nik_index, n.tenant, (extract(epoch from clock_timestamp()) * 1000)::bigint
        from added as n
        where n.nik_index is not null
        on conflict do nothing;
    end if;
    return null;
end;
$$;

create trigger person_claims after insert on person
referencing new table as added for each statement execute function claim_niks();

create trigger person_claims_anew after update on person
referencing old table as removed new table as added
for each statement execute function claim_niks();

-- Those of the numbers asked about that another regency holds, and not which.
create function nik_held_elsewhere(wanted bytea[]) returns setof bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct w from unnest(wanted) as w
    where exists (select from nik_claim as c where c.nik_index = w and c.tenant <> payung_tenant())
$$;

-- Those of the regency's own numbers that another regency holds too.
create function nik_held_twice() returns setof bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select own.nik_index from nik_claim as own
    where own.tenant = payung_tenant() and exists (
        select from nik_claim as c
        where c.nik_index = own.nik_index and c.tenant <> own.tenant
    )
$$;

revoke execute on function payung_secure(regclass), payung_open_month(text, bigint),
payung_count_anew(text), nik_held_elsewhere(bytea[]), nik_held_twice() from public;
