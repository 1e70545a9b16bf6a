select code, count(*)
from intake_problem
where tenant = $1 and sheet = $2
group by code
order by code
