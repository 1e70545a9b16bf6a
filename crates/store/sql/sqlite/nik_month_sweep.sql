delete from nik_month
where $1 > 0 and month = $2 and nik_index in (
        select unhex(wanted.value) from json_each($3) as wanted
    )
    and state = 'reserved' and until_ms < cast(unixepoch('subsec') * 1000 as integer)
