update nik_hold set state = $1, turn = $2
where tenant = $3 and month = $4 and state = $5 and turn = $6
    and nik_index in (
        select unhex(wanted.value) from json_each($7) as wanted
    )
