select c.id, c.programme, c.copy, c.state
from programme as p
join card as c on c.tenant = p.tenant and c.programme = p.id and c.person = $1
where p.tenant = $2
order by c.id
