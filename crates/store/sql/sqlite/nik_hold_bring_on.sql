update nik_hold
set nik_index = unhex(substr(wanted.value, 33))
from json_each($1) as wanted
where nik_hold.tenant = $2 and nik_hold.nik_index = unhex(substr(wanted.value, 1, 32))
