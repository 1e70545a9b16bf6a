select k.id, k.master_version, k.wrapped
from json_each($1) as wanted
cross join record_key as k on k.tenant = $2 and k.id = unhex(wanted.value)
