select
    t.id, t.debit, t.credit, t.amount, t.code, t.kind, t.pending, t.document_kind, t.document,
    t.month, t.day, r.resolution
from json_each($1) as wanted
cross join transfer as t on t.tenant = $2 and t.id = unhex(wanted.value)
left join transfer_resolution as r on r.tenant = t.tenant and r.pending = t.id
