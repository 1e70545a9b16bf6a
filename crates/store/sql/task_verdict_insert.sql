insert into task_verdict (tenant, task, checker, maker, verdict, hash_seen, reason, given_at_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8)
