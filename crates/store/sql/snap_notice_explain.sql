update snap_notice set explained_by = $1, explained_at_ms = $2 where tenant = $3 and id = $4
