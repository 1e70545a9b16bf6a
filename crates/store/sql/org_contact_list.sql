select
    p.org, k.master_version, k.wrapped, p.address, p.officer, p.office, p.phone, p.email
from org_profile as p
left join record_key as k on k.tenant = p.tenant and k.id = p.org
where p.tenant = $1
order by p.org
