select distinct a.code
from agreement_party as p
join agreement as a on a.tenant = p.tenant and a.id = p.agreement
where p.tenant = $1 and p.org = $2 and p.version = a.newest
order by a.code
