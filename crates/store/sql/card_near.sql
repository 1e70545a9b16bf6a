select
    c.id, c.person, k.master_version, k.wrapped, c.number, c.programme, c.name, c.village,
    c.occupation, c.paid_until, c.issued, c.copy, c.state
from card as c
left join record_key as k on k.tenant = c.tenant and k.id = c.person
where c.tenant = $1 and c.number >= $2
order by c.number
limit 1
