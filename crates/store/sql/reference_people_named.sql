-- Of deaths every list counts that names somebody, of all else the latest.
select distinct p.id
from reference_list as l
join reference_entry as n on n.tenant = l.tenant and n.list = l.id
join person as p on p.tenant = n.tenant and p.nik_index = n.nik_index
where l.tenant = $1 and (l.kind = $2 or (l.kind in ($3, $4) and not exists (
    select 1 from reference_list as newer
    where newer.tenant = l.tenant and newer.kind = l.kind
        and (newer.as_of > l.as_of or (newer.as_of = l.as_of and newer.id > l.id))
)))
