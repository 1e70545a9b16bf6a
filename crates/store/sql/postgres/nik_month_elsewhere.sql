select held, is_confirmed
from nik_month_elsewhere($1, $2, array(
    select decode(item, 'hex') from json_array_elements_text(cast($3 as text)::json) as given (item)
))
