select n.nik_index, h.turn, h.state
from (
    select p.nik_index
    from bill as b
    join bill_line as l on l.tenant = b.tenant and l.bill = b.id and l.month = b.month
    join person as p on p.tenant = l.tenant and p.id = l.person
    where b.tenant = $1 and b.month = $2 and b.state in ('final', 'posted') and p.nik_index is not null
    group by p.nik_index
) as n
left join nik_hold as h on h.tenant = $1 and h.nik_index = n.nik_index and h.month = $2
where h.state is null or h.state in ('free', 'lost', 'leaving')
