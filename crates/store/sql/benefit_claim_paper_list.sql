select paper, received_on
from benefit_claim_paper
where tenant = $1 and claim = $2
order by paper
