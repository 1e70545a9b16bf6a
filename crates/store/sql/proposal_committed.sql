select f.ceiling - a.credits_posted + a.debits_posted + a.debits_pending
from fund as f
join account as a on a.tenant = f.tenant and a.id = $1
where f.tenant = $2 and f.id = $3
