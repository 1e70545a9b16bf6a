select
    t.id, t.debit, t.credit, t.amount, t.code, t.kind, t.pending, t.document_kind, t.document,
    t.month, t.day, r.resolution
from json_array_elements_text(cast($1 as text)::json) as wanted (item)
join transfer as t on t.tenant = $2 and t.id = decode(wanted.item, 'hex')
left join transfer_resolution as r on r.tenant = t.tenant and r.pending = t.id
