select nik_index
from nik_hold
where tenant = $1
union
select nik_month_numbers($1)
