insert into nik_month (nik_index, month, tenant, turn, state, until_ms)
select unhex(wanted.value), asked.month, asked.tenant, asked.turn, 'reserved',
    cast(unixepoch('subsec') * 1000 as integer) + asked.limit_ms
from (select $1 as tenant, $2 as month, $3 as turn, $4 as limit_ms) as asked
cross join json_each($5) as wanted
where true
on conflict do nothing
