delete from nik_hold
where tenant = $1 and month = $2 and state = 'leaving' and turn = $3 and nik_index = any(array(
    select decode(item, 'hex') from json_array_elements_text(cast($4 as text)::json) as given (item)
))
    and not exists (
        select from person as p where p.tenant = nik_hold.tenant and p.nik_index = nik_hold.nik_index
    )
