delete from nik_month
where tenant = $1 and month = $2 and state = 'reserved'
    and nik_index in (
        select unhex(wanted.value) from json_each($3) as wanted
    )
