select q.id, coalesce(n.event, l.as_of), l.id, k.master_version, k.wrapped, n.line_no, n.name
from person as q
join reference_entry as n on n.tenant = q.tenant and n.nik_index = q.nik_index
join reference_list as l on l.tenant = n.tenant and l.id = n.list
join record_key as k on k.tenant = l.tenant and k.id = l.id
where q.tenant = $1 and q.id = $2 and l.kind = $3 and l.received_at_ms <= $4
    and not exists (
        select 1 from life_proof as v
        where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
            and v.at_ms <= $4
    )
order by 2
