select content from field_conflict
where tenant = $1 and record = $2 and settled_at_ms is null
order by received_at_ms, content
