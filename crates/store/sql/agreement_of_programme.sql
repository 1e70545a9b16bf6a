select
    a.id, a.code, a.template, a.copied_from, a.state, a.version, a.newest, a.ended_on, a.made_by, a.made_at_ms
from agreement_programme as t
join agreement as a on a.tenant = t.tenant and a.id = t.agreement
where t.tenant = $1 and t.programme = $2
order by a.code
