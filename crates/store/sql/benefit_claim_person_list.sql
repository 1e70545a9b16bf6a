select person_no, relation, paid_burial, disagrees, details
from benefit_claim_person
where tenant = $1 and claim = $2
order by person_no
