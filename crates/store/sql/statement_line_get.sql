select
    l.id, l.day, l.amount, l.direction, l.balance, coalesce(l.reversal, 0),
    coalesce(l.given, 0), s.account, l.statement,
    l.reference, l.remark, k.master_version, k.wrapped
from statement_line as l
join statement as s on s.tenant = l.tenant and s.hash = l.statement
left join record_key as k on k.tenant = l.tenant and k.id = substr(l.statement, 1, 16)
where l.tenant = $1 and l.id = $2
