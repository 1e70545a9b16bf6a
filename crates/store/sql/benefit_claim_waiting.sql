select c.reported, p.place
from benefit_claim as c
join person as p on p.tenant = c.tenant and p.id = c.person
where c.tenant = $1 and c.state = $2
