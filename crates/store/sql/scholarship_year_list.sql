select id, claim, person_no, school_year, class, state, steps, computed, paid, cause
from scholarship_year
where tenant = $1 and claim = $2
order by person_no, school_year
