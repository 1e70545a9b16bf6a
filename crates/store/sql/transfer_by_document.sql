select id, debit, credit, amount, code, kind, pending, document_kind, document, month, day
from transfer
where tenant = $1 and document_kind = $2 and document = $3
order by day, id
