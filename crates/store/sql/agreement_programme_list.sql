select
    p.code, p.name
from agreement_programme as t
join programme as p on p.tenant = t.tenant and p.id = t.programme
where t.tenant = $1 and t.agreement = $2
order by p.code
