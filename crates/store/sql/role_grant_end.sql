update role_grant set ended_at_ms = $1, ended_by = $2
where tenant = $3 and id = $4 and ended_at_ms is null
