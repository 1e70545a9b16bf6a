delete from nik_month
where tenant = $1 and month = $2 and turn <= $3
    and nik_index in (
        select unhex(wanted.value) from json_each($4) as wanted
    )
