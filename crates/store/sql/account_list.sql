select
    id, code, kind, balance_limit, debits_pending, credits_pending, debits_posted, credits_posted
from account
where tenant = $1
order by code
