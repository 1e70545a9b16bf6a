update allocation set released_task = $1, released_at_ms = $2
where tenant = $3 and id = $4 and released_at_ms is null
