update nik_hold
set nik_index = wanted.later
from (
    select decode(substr(item, 1, 32), 'hex') as earlier, decode(substr(item, 33), 'hex') as later
    from json_array_elements_text(cast($1 as text)::json) as given (item)
) as wanted
where nik_hold.tenant = $2 and nik_hold.nik_index = wanted.earlier
