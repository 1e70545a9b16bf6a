with wanted as materialized (
    -- Apart from the join: who may see a row is asked before any cast, which would hide the key.
    select decode(item, 'hex') as item
    from json_array_elements_text(cast($1 as text)::json) as given (item)
)
select
    t.id, t.debit, t.credit, t.amount, t.code, t.kind, t.pending, t.document_kind, t.document,
    t.month, t.day, r.resolution
from wanted
join transfer as t on t.tenant = $2 and t.id = wanted.item
-- The limit keeps the planner to the key, whatever it believes about the table's size.
left join lateral (
    select n.resolution
    from transfer_resolution as n
    where n.tenant = t.tenant and n.pending = t.id
    limit 1
) as r on true
