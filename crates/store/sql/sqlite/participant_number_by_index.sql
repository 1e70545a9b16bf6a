select n.number_index, n.person
from json_each($1) as wanted
cross join participant_number as n on n.tenant = $2 and n.number_index = unhex(wanted.value)
