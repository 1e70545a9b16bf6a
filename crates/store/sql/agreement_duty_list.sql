select code, party, kind, body, due, each_under
from agreement_duty
where tenant = $1 and agreement = $2 and version = $3
order by ordinal
