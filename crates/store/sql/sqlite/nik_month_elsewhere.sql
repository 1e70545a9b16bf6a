select nik_index, state = 'confirmed'
from nik_month
where tenant <> $1 and month = $2 and nik_index in (
        select unhex(wanted.value) from json_each($3) as wanted
    )
    and (state = 'confirmed' or until_ms >= cast(unixepoch('subsec') * 1000 as integer))
