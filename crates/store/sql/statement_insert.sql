insert into statement (
    tenant, hash, account, received_at_ms, format, opening, closing, first_day, last_day, line_count
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
