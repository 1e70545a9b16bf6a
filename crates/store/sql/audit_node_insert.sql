insert into audit_node (tenant, level, position, hash) values ($1, $2, $3, $4)
