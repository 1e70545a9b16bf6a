select p.id, p.place, p.occupation, p.sex, p.birth
from json_each($1) as wanted
cross join person as p on p.tenant = $2 and p.id = unhex(wanted.value)
