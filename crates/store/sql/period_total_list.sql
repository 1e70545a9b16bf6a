select a.account, a.debits, a.credits
from period_total as a
where a.tenant = $1 and a.step = $2
order by a.account
