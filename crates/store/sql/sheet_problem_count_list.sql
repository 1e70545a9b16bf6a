select code, count(*), min(detail), max(detail)
from intake_problem
where tenant = $1 and sheet = $2
group by code
order by code
