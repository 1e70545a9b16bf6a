update jht_stated set withdrawn_by = $1, withdrawn_at_ms = $2
where tenant = $3 and id = $4 and withdrawn_by is null
