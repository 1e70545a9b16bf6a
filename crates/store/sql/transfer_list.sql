select id, debit, credit, amount, code, kind, pending, document_kind, document, month, day
from transfer
where tenant = $1
order by day, id
