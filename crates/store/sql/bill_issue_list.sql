select i.revision, i.issued_on, i.due, i.hash, f.name, s.name, i.issued_at_ms
from bill_issue as i
join user_account as f on f.tenant = i.tenant and f.id = i.finalised_by
join user_account as s on s.tenant = i.tenant and s.id = i.issued_by
where i.tenant = $1 and i.bill = $2
order by i.revision
