select distinct c.person
from person as p
join benefit_claim as c on c.tenant = p.tenant and c.person = p.id
where p.tenant = $1 and p.place = $2 and c.state <> 'withdrawn'
