-- Why: months that bills made final or paid before are claimed for whoever paid first: the earliest day of payment, then
-- of issue. Whoever came later sees it on the bill; money stays as it was paid.
-- Step: contract. Nothing is taken away but the right of older programs to write beside it: they would pay for a month
-- that another regency pays for.

insert into nik_month (nik_index, month, tenant, turn, state, until_ms)
select w.nik_index, w.month, w.tenant, 0, 'confirmed', 0
from (
    select n.tenant, p.nik_index, n.month, min(n.came_ms) as came_ms
    from (
        select l.tenant, l.person, l.month,
            case b.state
                when 'posted' then coalesce(c.paid_at_ms, 0)
                else 4000000000000000 + coalesce(i.issued_at_ms, 4000000000000000)
            end as came_ms
        from bill as b
        join bill_line as l on l.tenant = b.tenant and l.bill = b.id and l.month = b.month
        left join bill_issue as i on i.tenant = b.tenant and i.bill = b.id and i.revision = b.revision
        left join (
            select tenant, programme, month, min(recorded_at_ms) as paid_at_ms
            from covered_month
            group by tenant, programme, month
        ) as c on c.tenant = b.tenant and c.programme = b.programme and c.month = b.month
        where b.state in ('final', 'posted')
    ) as n
    join person as p on p.tenant = n.tenant and p.id = n.person
    where p.nik_index is not null
    group by n.tenant, p.nik_index, n.month
) as w
where true
order by w.came_ms, w.tenant
on conflict do nothing;

insert into nik_hold (tenant, nik_index, month, turn, state)
select w.tenant, w.nik_index, w.month, 0,
    case when m.tenant = w.tenant then 'confirmed' else 'lost' end
from (
    select n.tenant, p.nik_index, n.month, min(n.came_ms) as came_ms
    from (
        select l.tenant, l.person, l.month,
            case b.state
                when 'posted' then coalesce(c.paid_at_ms, 0)
                else 4000000000000000 + coalesce(i.issued_at_ms, 4000000000000000)
            end as came_ms
        from bill as b
        join bill_line as l on l.tenant = b.tenant and l.bill = b.id and l.month = b.month
        left join bill_issue as i on i.tenant = b.tenant and i.bill = b.id and i.revision = b.revision
        left join (
            select tenant, programme, month, min(recorded_at_ms) as paid_at_ms
            from covered_month
            group by tenant, programme, month
        ) as c on c.tenant = b.tenant and c.programme = b.programme and c.month = b.month
        where b.state in ('final', 'posted')
    ) as n
    join person as p on p.tenant = n.tenant and p.id = n.person
    where p.nik_index is not null
    group by n.tenant, p.nik_index, n.month
) as w
join nik_month as m on m.nik_index = w.nik_index and m.month = w.month
where true
on conflict do nothing;
