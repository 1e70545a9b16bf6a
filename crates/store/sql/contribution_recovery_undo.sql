update contribution_recovery set undone_at_ms = $1
where tenant = $2 and transfer = $3 and undone_at_ms is null
