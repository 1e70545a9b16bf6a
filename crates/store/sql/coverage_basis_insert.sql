insert into coverage_basis (
    tenant, id, code, name, source, definition, as_of, set_by, set_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
