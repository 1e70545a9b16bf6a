select q.id, coalesce(n.event, l.as_of), l.id, k.master_version, k.wrapped, n.line_no, n.name
from reference_list as l
join record_key as k on k.tenant = l.tenant and k.id = l.id
join reference_entry as n on n.tenant = l.tenant and n.list = l.id
join person as q on q.tenant = n.tenant and q.nik_index = n.nik_index
where l.kind = $1 and l.tenant = $2 and l.received_at_ms <= $3
    and not exists (
        select 1 from life_proof as v
        where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
            and v.at_ms <= $3
    )
order by q.id, 2
