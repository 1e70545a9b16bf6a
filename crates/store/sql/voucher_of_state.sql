select
    v.id, v.undoes, v.debit, v.credit, v.amount, v.month, v.day, v.number, v.reason, v.made_by,
    v.made_at_ms, v.checked_by, v.state
from voucher as v
where v.tenant = $1 and v.state = $2
order by v.day, v.id
