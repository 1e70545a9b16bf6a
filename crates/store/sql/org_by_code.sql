select
    o.id, o.code, o.name, o.territory, p.kind, p.parent, p.closed_on
from org as o
left join org_profile as p on p.tenant = o.tenant and p.org = o.id
where o.tenant = $1 and o.code = $2
