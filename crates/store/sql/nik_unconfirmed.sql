select distinct p.id, coalesce(h.state, 'free')
from bill_line as l
join person as p on p.tenant = l.tenant and p.id = l.person
left join nik_hold as h on h.tenant = p.tenant and h.nik_index = p.nik_index and h.month = l.month
where l.tenant = $1 and l.bill = $2 and l.month = $3 and p.nik_index is not null
    and coalesce(h.state, 'free') <> 'confirmed'
order by p.id
