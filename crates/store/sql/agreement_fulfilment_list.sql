select duty, subject, done_on, note, given_by, given_at_ms
from agreement_fulfilment
where tenant = $1 and agreement = $2
order by duty, given_at_ms, subject
