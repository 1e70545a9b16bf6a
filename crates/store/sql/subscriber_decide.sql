update subscriber set state = $1, decided_by = $2, changed_at_ms = $3 where tenant = $4 and id = $5
