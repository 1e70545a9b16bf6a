-- What a programme has paid, month by month: for whom, where they stand in the sums, how much, and
-- whether it counts there. Of a transfer that paid for several schemes see jht_month_list.
select c.person, c.scheme, c.month, c.programme, c.transfer,
    c.place, c.occupation, c.sex, c.age_from,
    case
        when exists (
            select 1 from covered_month as s
            where s.tenant = c.tenant and s.person = c.person and s.month = c.month
                and s.transfer = c.transfer and s.scheme <> c.scheme
        ) then coalesce((
            select max(l.rupiah) from bill as b
            join bill_line as l on l.tenant = b.tenant and l.bill = b.id and l.month = b.month
            where b.tenant = c.tenant and b.programme = c.programme and b.month = c.month
                and l.membership = t.document and l.scheme = c.scheme
        ), t.amount)
        else t.amount
    end,
    cast(case when w.person is null then 1 else 0 end as bigint)
from covered_month as c
join transfer as t on t.tenant = c.tenant and t.id = c.transfer
left join cover_twice as w on w.tenant = c.tenant and w.person = c.person and w.scheme = c.scheme
    and w.month = c.month and w.transfer = c.transfer and w.until_ms is null
where c.tenant = $1 and c.programme = $2
order by c.person, c.scheme, c.month
