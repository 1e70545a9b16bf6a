select nik_index, turn, state
from nik_hold
where tenant = $1 and month = $2
    and nik_index in (
        select unhex(wanted.value) from json_each($3) as wanted
    )
