select ordinal, org, name, called, office, signatory, basis, address
from agreement_party
where tenant = $1 and agreement = $2 and version = $3
order by ordinal
