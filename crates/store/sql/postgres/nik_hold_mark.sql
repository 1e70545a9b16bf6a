update nik_hold set state = $1, turn = $2
where tenant = $3 and month = $4 and state = $5 and turn = $6 and nik_index = any(array(
    select decode(item, 'hex') from json_array_elements_text(cast($7 as text)::json) as given (item)
))
