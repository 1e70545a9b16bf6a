with wanted as materialized (
    -- Apart from the join: who may see a row is asked before any cast, which would hide the key.
    select item::bigint as item
    from jsonb_array_elements_text(cast($1 as text)::jsonb) as given (item)
)
select
    p.id, k.master_version, k.wrapped, p.nik, p.name, p.birth, p.mother, p.place, e.sheet,
    e.sheet_index, e.row_no
from wanted
join person as p on p.tenant = $2 and p.match_key = wanted.item
left join record_key as k on k.tenant = p.tenant and k.id = p.id
-- The limit keeps the planner to the key, whatever it believes about the table's size.
left join lateral (
    select n.sheet, n.sheet_index, n.row_no
    from enlistment as n
    where n.tenant = p.tenant and n.programme = $3 and n.person = p.id
    limit 1
) as e on true
