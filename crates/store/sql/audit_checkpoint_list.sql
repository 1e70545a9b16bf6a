select size, made_at_ms, note from audit_checkpoint where tenant = $1 order by size
