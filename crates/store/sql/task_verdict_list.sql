select checker, verdict, hash_seen, reason, given_at_ms
from task_verdict
where tenant = $1 and task = $2
order by given_at_ms, checker
