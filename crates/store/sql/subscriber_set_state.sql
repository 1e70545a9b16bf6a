update subscriber set state = $1, changed_at_ms = $2 where tenant = $3 and id = $4
