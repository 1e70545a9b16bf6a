insert into coverage_target (
    tenant, id, of_what, part, due, people, share_ppm, source, set_by, set_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
