select nik_index, turn, state
from nik_hold
where tenant = $1 and month = $2 and nik_index = any(array(
    select decode(item, 'hex') from json_array_elements_text(cast($3 as text)::json) as given (item)
))
