-- The months that stand for everybody's savings, and their amounts; see jht_month_of_person.
select c.person, p.place, c.programme, c.month, t.day,
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
    end
from covered_month as c
join person as p on p.tenant = c.tenant and p.id = c.person
join transfer as t on t.tenant = c.tenant and t.id = c.transfer
where c.tenant = $1 and c.scheme = $2
order by c.person, c.month
