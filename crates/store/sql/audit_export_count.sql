select count(*)
from audit
where tenant = $1 and act = 'people-exported' and actor = $2 and at_ms >= $3
