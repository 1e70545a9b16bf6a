select attempt, at_ms, took_ms, status, fault
from delivery_attempt
where tenant = $1 and subscriber = $2 and sequence = $3
order by attempt
