update nik_month set (turn, state, until_ms) = (
    select found.turn, 'reserved', cast(unixepoch('subsec') * 1000 as integer) + found.limit_ms
    from (select $1 as tenant, $2 as month, $3 as turn, $4 as limit_ms) as found
)
where tenant = $1 and month = $2 and nik_index in (
        select unhex(wanted.value) from json_each($5) as wanted
    )
    and (turn < $3 or (turn = $3 and state = 'reserved'))
