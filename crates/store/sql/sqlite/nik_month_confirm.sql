update nik_month set state = 'confirmed'
where tenant = $1 and month = $2 and turn = $3 and state = 'reserved'
    and nik_index in (
        select unhex(wanted.value) from json_each($4) as wanted
    )
returning nik_index
