update field_photo set size_bytes = $1, received_at_ms = $2, content = $3
where tenant = $4 and record = $5 and received_at_ms < $6
