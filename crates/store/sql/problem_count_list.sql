select f.code, count(*)
from intake_problem as f
join sheet as s on s.tenant = f.tenant and s.id = f.sheet
where f.tenant = $1 and s.programme = $2 and s.state = 'decided'
group by f.code
order by f.code
