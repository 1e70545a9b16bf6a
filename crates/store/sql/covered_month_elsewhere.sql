select c.person, c.scheme, c.month, c.programme, c.transfer
from membership as m
join covered_month as c on c.tenant = m.tenant and c.person = m.person
where m.tenant = $1 and m.programme = $2 and c.month = $3 and c.programme <> m.programme
order by c.person, c.scheme
