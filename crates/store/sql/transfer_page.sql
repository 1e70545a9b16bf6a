select
    t.id, t.debit, t.credit, t.amount, t.code, t.kind, t.pending, t.document_kind, t.document,
    t.month, t.day, o.rulebook, o.maker, o.checker
from transfer as t
left join transfer_origin as o on o.tenant = t.tenant and o.id = t.origin
where t.tenant = $1 and t.day between $2 and $3 and (t.day, t.id) > ($2, $4)
order by t.day, t.id
limit $5
