-- Why: see the table of the same name. The application cannot read it; its owner's functions answer and act for the
-- regency of the transaction. Each is one plain statement, so that it means the same when the table lies in parts on
-- several servers. The clock is the server's own. Rows are found by the key even while nobody has counted the table: a
-- difference of regencies finds no index of theirs.
-- Step: expand.

-- Takes away what was reserved and not confirmed in time, whoever reserved it.
create function nik_month_sweep(whose bigint, of_month bigint, wanted bytea[]) returns void
language sql volatile security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    delete from nik_month
    where month = of_month and nik_index = any(wanted) and state = 'reserved'
        and until_ms < (extract(epoch from statement_timestamp()) * 1000)::bigint
        and whose = payung_tenant()
$$;

-- Reserves what nobody has; what that was.
create function nik_month_reserve(
    whose bigint, of_month bigint, of_turn bigint, limit_ms bigint, wanted bytea[]
) returns setof bytea
language sql volatile security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    insert into nik_month (nik_index, month, tenant, turn, state, until_ms)
    select w, of_month, whose, of_turn, 'reserved',
        (extract(epoch from statement_timestamp()) * 1000)::bigint + limit_ms
    from unnest(wanted) as w
    where whose = payung_tenant()
    on conflict do nothing
    returning nik_index
$$;

-- Gives what the regency reserved itself a new limit; what is left of a turn that is over becomes this one's.
create function nik_month_refresh(
    whose bigint, of_month bigint, of_turn bigint, limit_ms bigint, wanted bytea[]
) returns void
language sql volatile security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    update nik_month set turn = of_turn, state = 'reserved',
        until_ms = (extract(epoch from statement_timestamp()) * 1000)::bigint + limit_ms
    where month = of_month and nik_index = any(wanted) and tenant - whose = 0
        and (turn < of_turn or (turn = of_turn and state = 'reserved'))
        and whose = payung_tenant()
$$;

-- Keeps what the regency reserved for good; what that was.
create function nik_month_confirm(whose bigint, of_month bigint, of_turn bigint, wanted bytea[])
returns setof bytea
language sql volatile security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    update nik_month set state = 'confirmed'
    where month = of_month and nik_index = any(wanted) and tenant - whose = 0 and turn = of_turn
        and state = 'reserved' and whose = payung_tenant()
    returning nik_index
$$;

-- Gives back what the regency reserved and does not need after all.
create function nik_month_give_back(whose bigint, of_month bigint, wanted bytea[]) returns void
language sql volatile security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    delete from nik_month
    where month = of_month and nik_index = any(wanted) and tenant - whose = 0 and state = 'reserved'
        and whose = payung_tenant()
$$;

-- Lets go what the regency has, of this turn and of earlier ones.
create function nik_month_release(whose bigint, of_month bigint, of_turn bigint, wanted bytea[])
returns void
language sql volatile security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    delete from nik_month
    where month = of_month and nik_index = any(wanted) and tenant - whose = 0 and turn <= of_turn
        and whose = payung_tenant()
$$;

-- Which of them the regency has.
create function nik_month_mine(whose bigint, of_month bigint, wanted bytea[])
returns table (held bytea, held_turn bigint, is_confirmed bigint)
language sql stable security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    select nik_index, turn, case state when 'confirmed' then 1::bigint else 0::bigint end
    from nik_month
    where month = of_month and nik_index = any(wanted) and tenant - whose = 0
        and whose = payung_tenant()
$$;

-- Which of them another regency has, and not which; and whether for good.
create function nik_month_elsewhere(whose bigint, of_month bigint, wanted bytea[])
returns table (held bytea, is_confirmed bigint)
language sql stable security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    select nik_index, case state when 'confirmed' then 1::bigint else 0::bigint end
    from nik_month
    where month = of_month and nik_index = any(wanted) and tenant <> whose
        and (state = 'confirmed'
            or until_ms >= (extract(epoch from statement_timestamp()) * 1000)::bigint)
        and whose = payung_tenant()
$$;

-- Whether any other regency has anything of a month: mostly none has, and nobody has to be asked about.
create function nik_month_others(whose bigint, of_month bigint) returns bigint
language sql stable security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    select case
        when whose = payung_tenant() and (
            exists (select from nik_month where month = of_month and tenant < whose)
            or exists (select from nik_month where month = of_month and tenant > whose)
        ) then 1::bigint
        else 0::bigint
    end
$$;

-- Everything that the regency has of a month, and whether nobody is about to confirm it any more.
create function nik_month_own(whose bigint, of_month bigint)
returns table (held bytea, held_turn bigint, is_over bigint, is_confirmed bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select nik_index, turn,
        case
            when until_ms < (extract(epoch from statement_timestamp()) * 1000)::bigint then 1::bigint
            else 0::bigint
        end,
        case state when 'confirmed' then 1::bigint else 0::bigint end
    from nik_month
    where month = of_month and tenant = whose and whose = payung_tenant()
$$;

revoke execute on function nik_month_sweep(bigint, bigint, bytea[]),
nik_month_reserve(bigint, bigint, bigint, bigint, bytea[]),
nik_month_refresh(bigint, bigint, bigint, bigint, bytea[]),
nik_month_confirm(bigint, bigint, bigint, bytea[]),
nik_month_release(bigint, bigint, bigint, bytea[]), nik_month_give_back(bigint, bigint, bytea[]),
nik_month_mine(bigint, bigint, bytea[]), nik_month_elsewhere(bigint, bigint, bytea[]),
nik_month_others(bigint, bigint), nik_month_own(bigint, bigint) from public;
