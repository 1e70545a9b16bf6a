update sheet_stage set decided_by = $1, decided_at_ms = $2 where tenant = $3 and sheet = $4
