insert into reference_list (tenant, id, kind, as_of, received_at_ms) values ($1, $2, $3, $4, $5)
