select
    l.id, k.master_version, k.wrapped, l.as_of, n.line_no, n.name, n.birth,
    cast(case when e.person is null then 0 else 1 end as bigint)
from reference_list as l
join record_key as k on k.tenant = l.tenant and k.id = l.id
join reference_entry as n on n.tenant = l.tenant and n.list = l.id
left join person as p on p.tenant = n.tenant and p.nik_index = n.nik_index
left join person_merge as o on o.tenant = p.tenant and o.away = p.id
left join enlistment as e
    on e.tenant = p.tenant and e.programme = $1 and e.person = coalesce(o.root, p.id)
where l.tenant = $2 and l.kind = $3
    and not exists (
        select 1 from reference_list as newer
        where newer.tenant = l.tenant and newer.kind = l.kind
            and (newer.as_of > l.as_of or (newer.as_of = l.as_of and newer.id > l.id))
    )
    and not exists (
        select 1 from membership as m
        where m.tenant = p.tenant and m.programme = $1 and m.person = coalesce(o.root, p.id)
    )
order by n.line_no
