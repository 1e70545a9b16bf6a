-- Why: nothing is posted into a closed month, whoever writes; what stood at its end stays said.
-- Step: expand.

-- Asked once per statement: the earliest day against the newest closed month.
create function refuse_closed_period() returns trigger language plpgsql as $$
begin
    if exists (
        select from period as p
        where p.tenant = (select a.tenant from added as a limit 1)
            and p.state = 'closed' and p.last_day >= (select min(a.day) from added as a)
    ) then
        raise exception 'transfer_period_open';
    end if;
    return null;
end;
$$;

create trigger transfer_period_open after insert on transfer
referencing new table as added for each statement execute function refuse_closed_period();

create trigger transfer_origin_no_change before update or delete on transfer_origin
for each statement execute function refuse_change('transfer_origin_immutable');

create trigger period_total_no_change before update or delete on period_total
for each statement execute function refuse_change('period_total_immutable');
