select p.place
from json_each($1) as wanted
cross join person as p on p.tenant = $2 and p.id = unhex(wanted.value)
