update nik_month
set nik_index = unhex(substr(wanted.value, 33))
from json_each($1) as wanted
where nik_month.tenant = $2 and nik_month.nik_index = unhex(substr(wanted.value, 1, 32))
