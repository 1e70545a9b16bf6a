insert into audit_checkpoint (tenant, size, made_at_ms, note) values ($1, $2, $3, $4)
