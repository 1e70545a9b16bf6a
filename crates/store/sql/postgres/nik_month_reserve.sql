select held from nik_month_reserve($1, $2, $3, $4, array(
    select decode(item, 'hex') from json_array_elements_text(cast($5 as text)::json) as given (item)
)) as held
