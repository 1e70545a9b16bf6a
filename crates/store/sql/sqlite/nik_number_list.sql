select nik_index
from nik_hold
where tenant = $1
union
select nik_index
from nik_month
where tenant = $1
