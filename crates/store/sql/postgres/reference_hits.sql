with wanted as materialized (
    -- Apart from the join: who may see a row is asked before any cast, which would hide the key.
    select decode(item, 'hex') as item
    from jsonb_array_elements_text(cast($1 as text)::jsonb) as given (item)
)
select
    l.id, k.master_version, k.wrapped, l.kind, l.as_of, n.nik_index, n.line_no, n.name, n.birth,
    n.event, n.decile
from reference_list as l
join record_key as k on k.tenant = l.tenant and k.id = l.id
cross join wanted
join reference_entry as n
    on n.tenant = l.tenant and n.list = l.id and n.nik_index = wanted.item
where l.tenant = $2 and not exists (
    select 1 from reference_list as newer
    where newer.tenant = l.tenant and newer.kind = l.kind
        and (newer.as_of > l.as_of or (newer.as_of = l.as_of and newer.id > l.id))
)
order by l.kind, n.nik_index, n.line_no
