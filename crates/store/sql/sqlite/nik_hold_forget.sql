delete from nik_hold
where tenant = $1 and month = $2 and state = 'leaving' and turn = $3
    and nik_index in (
        select unhex(wanted.value) from json_each($4) as wanted
    )
    and not exists (
        select 1 from person as p
        where p.tenant = nik_hold.tenant and p.nik_index = nik_hold.nik_index
    )
