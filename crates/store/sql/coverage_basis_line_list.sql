select of_what, part, people
from coverage_basis_line
where tenant = $1 and basis = $2
order by of_what, part
