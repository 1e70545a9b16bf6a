insert into fund_revision (
    tenant, id, fund, ceiling_before, ceiling_after, basis, effective, reason, made_by, made_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
