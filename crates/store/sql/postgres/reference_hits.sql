-- The dead stay dead: of deaths the latest list that names somebody counts, of all else the latest.
with latest as materialized (
    select l.id
    from reference_list as l
    where l.tenant = $1 and l.kind <> $2 and not exists (
        select 1 from reference_list as newer
        where newer.tenant = l.tenant and newer.kind = l.kind
            and (newer.as_of > l.as_of or (newer.as_of = l.as_of and newer.id > l.id))
    )
),
wanted as materialized (
    -- Apart from the join: who may see a row is asked before any cast, which would hide the key.
    select decode(item, 'hex') as item
    from jsonb_array_elements_text(cast($3 as text)::jsonb) as given (item)
)
select
    l.id, k.master_version, k.wrapped, l.kind, l.as_of, n.nik_index, n.line_no, n.name, n.birth,
    n.event, n.decile
from wanted
join reference_entry as n on n.tenant = $1 and n.nik_index = wanted.item
join reference_list as l on l.tenant = n.tenant and l.id = n.list
join record_key as k on k.tenant = l.tenant and k.id = l.id
where l.id in (select id from latest) or (l.kind = $2 and not exists (
    select 1 from life_proof as v
    where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
) and not exists (
    select 1 from reference_entry as named
    join reference_list as newer on newer.tenant = named.tenant and newer.id = named.list
    where named.tenant = n.tenant and named.nik_index = n.nik_index and newer.kind = l.kind
        and (newer.as_of > l.as_of or (newer.as_of = l.as_of and newer.id > l.id))
))
order by l.kind, n.nik_index, n.line_no
