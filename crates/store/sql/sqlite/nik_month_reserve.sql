insert into nik_month (nik_index, month, tenant, turn, state, until_ms)
select unhex(wanted.value), found.month, found.tenant, found.turn, 'reserved',
    cast(unixepoch('subsec') * 1000 as integer) + found.limit_ms
from (select $1 as tenant, $2 as month, $3 as turn, $4 as limit_ms) as found
cross join json_each($5) as wanted
where true
on conflict do nothing
returning nik_index
