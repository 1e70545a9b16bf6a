update field_record set closed_by = $1, closed_at_ms = $2
where tenant = $3 and id = $4 and closed_at_ms is null
