select cast(coalesce(sum(i.monthly), 0) as bigint)
from membership as m
join proposal_item as i on i.tenant = m.tenant and i.person = m.person and i.proposal = m.proposal
where m.tenant = $1 and m.person = $2 and m.last_month >= $3 and i.waiting = 0
