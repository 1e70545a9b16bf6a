select 1 from nik_month_bring_on($1, array(
    select item from json_array_elements_text(cast($2 as text)::json) as given (item)
))
