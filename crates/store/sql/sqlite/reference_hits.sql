select
    l.id, k.master_version, k.wrapped, l.kind, l.as_of, n.nik_index, n.line_no, n.name, n.birth,
    n.event, n.decile
from reference_list as l
join record_key as k on k.tenant = l.tenant and k.id = l.id
cross join json_each($1) as wanted
cross join reference_entry as n
    on n.tenant = l.tenant and n.list = l.id and n.nik_index = unhex(wanted.value)
where l.tenant = $2 and not exists (
    select 1 from reference_list as newer
    where newer.tenant = l.tenant and newer.kind = l.kind
        and (newer.as_of > l.as_of or (newer.as_of = l.as_of and newer.id > l.id))
)
order by l.kind, n.nik_index, n.line_no
