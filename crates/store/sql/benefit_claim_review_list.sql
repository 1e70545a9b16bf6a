select claim, selected_at_ms, reviewed_by, reviewed_at_ms
from benefit_claim_review
where tenant = $1
order by selected_at_ms, claim
