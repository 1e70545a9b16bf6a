insert into audit_reason (tenant, line, words) values ($1, $2, $3)
