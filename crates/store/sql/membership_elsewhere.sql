select m.id, m.person, m.programme, m.first_month, m.last_month, g.schemes
from enlistment as e
join membership as m on m.tenant = e.tenant and m.person = e.person and m.programme <> e.programme
join programme as g on g.tenant = m.tenant and g.id = m.programme
where e.tenant = $1 and e.programme = $2
order by m.id
