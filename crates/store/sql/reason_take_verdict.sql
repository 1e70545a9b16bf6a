update task_verdict set reason = '' where tenant = $1 and task = $2 and checker = $3
