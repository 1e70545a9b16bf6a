select c.reported, p.place
from benefit_claim_review as r
join benefit_claim as c on c.tenant = r.tenant and c.id = r.claim
join person as p on p.tenant = c.tenant and p.id = c.person
where r.tenant = $1 and r.reviewed_at_ms is null
