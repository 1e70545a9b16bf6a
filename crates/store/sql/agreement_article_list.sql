select heading, body, duties_of, duties_kind
from agreement_article
where tenant = $1 and agreement = $2 and version = $3
order by ordinal
