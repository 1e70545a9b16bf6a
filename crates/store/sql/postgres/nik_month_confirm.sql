select held from nik_month_confirm($1, $2, $3, array(
    select decode(item, 'hex') from json_array_elements_text(cast($4 as text)::json) as given (item)
)) as held
