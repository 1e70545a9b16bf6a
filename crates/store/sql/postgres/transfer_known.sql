select
    t.id, t.debit, t.credit, t.amount, t.code, t.kind, t.pending, t.document_kind, t.document,
    t.month, t.day, r.resolution
from json_array_elements_text(cast($1 as text)::json) as wanted (item)
join transfer as t on t.tenant = $2 and t.id = decode(wanted.item, 'hex')
-- The limit keeps the planner to the key, whatever it believes about the table's size.
left join lateral (
    select n.resolution
    from transfer_resolution as n
    where n.tenant = t.tenant and n.pending = t.id
    limit 1
) as r on true
