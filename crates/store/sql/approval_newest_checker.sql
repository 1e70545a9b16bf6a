select a.checker
from approval as a
join proposal as p on p.tenant = a.tenant and p.id = a.proposal
where p.tenant = $1 and p.programme = $2
order by a.approved_at_ms desc, a.proposal
limit 1
