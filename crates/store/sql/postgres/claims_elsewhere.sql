select encode(held, 'hex')
from nik_held_elsewhere(array(
    select decode(item, 'hex') from json_array_elements_text(cast($1 as text)::json) as given (item)
)) as held
